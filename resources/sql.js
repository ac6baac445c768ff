"use strict";
// Brings athena/*.sql into the template, for ${file(resources/sql.js):...} in catalog.yml.
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

// A statement without its comment lines, which are for whoever reads the file.
function statement(name) {
  const text = fs.readFileSync(path.join(__dirname, "..", "athena", `${name}.sql`), "utf8");
  return text
    .split(/\r?\n/)
    .filter((line) => !line.trimStart().startsWith("--"))
    .join("\n")
    .trim();
}

module.exports = {
  hourlyHighs: () => statement("hourly_highs"),
  gaps: () => statement("gaps"),
  compact: () => statement("compact"),
  uncompacted: () => statement("uncompacted"),

  // A view as Athena itself stores it when CREATE VIEW runs: base64 of JSON in a comment.
  barsView: async ({ resolveVariable }) => {
    const view = {
      originalSql: statement("bars"),
      catalog: "awsdatacatalog",
      schema: await resolveVariable("self:custom.database"),
      columns: Object.entries(BARS_COLUMNS).map(([name, type]) => ({ name, type })),
    };
    return `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`;
  },
};
