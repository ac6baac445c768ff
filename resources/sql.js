"use strict";
// Puts athena/*.sql into the template, for ${file(resources/sql.js):...} in serverless.yml and catalog.yml.
const fs = require("node:fs");
const path = require("node:path");

// The columns of the view, with Trino's types. Athena calls a view stale if they differ from its SQL's columns.
const BARS_COLUMNS = {
  name: "varchar",
  ts: "varchar",
  open: "double",
  high: "double",
  low: "double",
  close: "double",
  volume: "double",
  collected_at: "varchar",
  interval: "varchar",
  dt: "varchar",
};

const ATHENA = path.join(__dirname, "..", "athena");

// Return the lines of a file in athena/. Comments are for readers of the file and don't go into the template.
function readLines(name) {
  const text = fs.readFileSync(path.join(ATHENA, `${name}.sql`), "utf8");
  return text.split(/\r?\n/).map((line) => ({ line, isComment: line.trimStart().startsWith("--") }));
}

function readStatement(name) {
  const sql = readLines(name).filter(({ isComment }) => !isComment);
  return sql.map(({ line }) => line).join("\n").trim();
}

// Return a prepared statement of the workgroup, for EXECUTE: hourly_highs is HourlyHighsStatement. The file's first line describes it.
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
  // Each file in athena/ and athena/compaction/ is a prepared statement of its name, except the view's definition.
  statements: () => {
    const names = ["", "compaction"].flatMap((folder) => {
      const files = fs.readdirSync(path.join(ATHENA, folder)).filter((file) => file.endsWith(".sql"));
      return files.map((file) => path.join(folder, path.basename(file, ".sql")));
    });
    return { Resources: Object.fromEntries(names.filter((name) => name !== "bars").sort().map(makePreparedStatement)) };
  },

  // Return the view in the form that Athena's CREATE VIEW stores: base64 of JSON in a comment.
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
