"use strict";
// Brings athena/*.sql into the template, for ${file(resources/sql.js):...} in serverless.yml and catalog.yml.
const fs = require("node:fs");
const path = require("node:path");

// The columns of the view, with Trino's types: Athena calls a view stale when they differ from what its SQL gives.
const BARS_COLUMNS = {
  name: "varchar",
  ts: "varchar",
  open: "double",
  high: "double",
  low: "double",
  close: "double",
  volume: "bigint",
  collected_at: "varchar",
  interval: "varchar",
  dt: "varchar",
};

const ATHENA = path.join(__dirname, "..", "athena");

// The lines of a file in athena/, and whether each is a comment, which is for whoever reads the file.
function readLines(name) {
  const text = fs.readFileSync(path.join(ATHENA, `${name}.sql`), "utf8");
  return text.split(/\r?\n/).map((line) => ({ line, isComment: line.trimStart().startsWith("--") }));
}

function readStatement(name) {
  const sql = readLines(name).filter(({ isComment }) => !isComment);
  return sql.map(({ line }) => line).join("\n").trim();
}

// A question of the workgroup, for EXECUTE: described by the file's first line, hourly_highs as HourlyHighsStatement.
function makePreparedStatement(file) {
  const name = path.basename(file);
  const words = name.split("_").map((word) => word[0].toUpperCase() + word.slice(1));
  const properties = {
    StatementName: name,
    WorkGroup: { Ref: "WorkGroup" },
    Description: readLines(file)[0].line.replace(/^--\s*/, ""),
    QueryStatement: readStatement(file),
  };
  return [`${words.join("")}Statement`, { Type: "AWS::Athena::PreparedStatement", Properties: properties }];
}

module.exports = {
  // Each file of athena/ but the view's definition, and of athena/compaction/, is a prepared statement of its name.
  statements: () => {
    const names = ["", "compaction"].flatMap((folder) => {
      const files = fs.readdirSync(path.join(ATHENA, folder)).filter((file) => file.endsWith(".sql"));
      return files.map((file) => path.join(folder, path.basename(file, ".sql")));
    });
    return { Resources: Object.fromEntries(names.filter((name) => name !== "bars").sort().map(makePreparedStatement)) };
  },

  // A view as Athena itself stores it when CREATE VIEW runs: base64 of JSON in a comment.
  barsView: async ({ resolveVariable }) => {
    const view = {
      originalSql: readStatement("bars"),
      catalog: "awsdatacatalog",
      schema: await resolveVariable("self:custom.database"),
      columns: Object.entries(BARS_COLUMNS).map(([name, type]) => ({ name, type })),
    };
    return `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`;
  },
};
