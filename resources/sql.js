"use strict";
// Puts athena/*.sql into the template, for ${file(resources/sql.js):...} in serverless.yml and catalog.yml: each file is a
// view, a prepared statement and a saved query. docs/decisions/092-a-question-is-a-view.md
const fs = require("node:fs");
const path = require("node:path");

const ATHENA = path.join(__dirname, "..", "athena");
const BARS = "bars";

// A column of a view in its file's comment: its name, its type and a text.
const COLUMN = /^-- {3}(\w+) +(varchar|date|timestamp|double|bigint|integer|boolean)\b/;
// The partition columns, which every view has after its own.
const PARTITION_COLUMNS = [
  { name: "interval", type: "varchar" },
  { name: "dt", type: "varchar" },
];
// The types as Trino writes them in a view, and as Hive does in Glue, where they differ.
const TRINO_TYPES = { timestamp: "timestamp(3)" };
const HIVE_TYPES = { varchar: "string", integer: "int" };
// The end of the WITH of a question, whose last name is the view's.
const LAST_WITH = "\n)\nSELECT\n";

// The newest date that saved queries look for. A market is closed for at most five days in a row.
const DAYS_TO_LOOK_BACK = 7;
const NEWEST_BARS = 100;

// Return the lines of a file in athena/. Comments are for readers of the file and don't go into the template.
function readLines(name) {
  const text = fs.readFileSync(path.join(ATHENA, `${name}.sql`), "utf8");
  return text.split(/\r?\n/).map((line) => ({ line, isComment: line.trimStart().startsWith("--") }));
}

function readStatement(name) {
  const sql = readLines(name).filter(({ isComment }) => !isComment);
  return sql.map(({ line }) => line).join("\n").trim();
}

// Return the file's first line, which describes it.
function readDescription(name) {
  return readLines(name)[0].line.replace(/^--\s*/, "");
}

function listFiles(folder) {
  const files = fs.readdirSync(path.join(ATHENA, folder)).filter((file) => file.endsWith(".sql"));
  return files.map((file) => path.join(folder, path.basename(file, ".sql"))).sort();
}

function quoteName(name) {
  return name === "interval" ? '"interval"' : name;
}

function writeColumns(columns) {
  return columns.map(({ name }) => `  ${quoteName(name)}`).join(",\n");
}

// Return the columns of a view and its SQL: a question's without its parameters.
function readView(name) {
  const found = readLines(name).map(({ line }) => COLUMN.exec(line)).filter(Boolean);
  const columns = [...found.map(([, column, type]) => ({ name: column, type })), ...PARTITION_COLUMNS];
  const sql = readStatement(name);
  if (name === BARS) return { columns, sql };
  const end = sql.lastIndexOf(LAST_WITH);
  if (end < 0 || !sql.includes(`\n${name} AS (`) && !sql.startsWith(`WITH ${name} AS (`)) {
    throw new Error(`athena/${name}.sql: its WITH must end with ${name} AS (...), which is the view`);
  }
  return { columns, sql: `${sql.slice(0, end)}\n)\nSELECT\n${writeColumns(columns)}\nFROM ${name}` };
}

// Return a logical ID: hourly_highs and View are HourlyHighsView.
function nameResource(name, kind) {
  return name.split("_").map((word) => word[0].toUpperCase() + word.slice(1)).join("") + kind;
}

// Return a view as Athena's CREATE VIEW stores it in Glue: base64 of JSON in a comment.
function makeView(name, database) {
  const { columns, sql } = readView(name);
  const view = {
    originalSql: sql,
    catalog: "awsdatacatalog",
    schema: database,
    columns: columns.map((column) => ({ name: column.name, type: TRINO_TYPES[column.type] ?? column.type })),
  };
  const input = {
    Name: name,
    // No Description: Trino would read it as the comment below, and without that comment it doesn't accept the view.
    TableType: "VIRTUAL_VIEW",
    Parameters: { presto_view: "true", comment: "Presto View" },
    PartitionKeys: [], // Athena requires the list, even empty
    ViewOriginalText: `/* Presto View: ${Buffer.from(JSON.stringify(view)).toString("base64")} */`,
    ViewExpandedText: "/* Presto View */",
    StorageDescriptor: {
      SerdeInfo: {},
      Columns: columns.map((column) => ({ Name: column.name, Type: HIVE_TYPES[column.type] ?? column.type })),
    },
  };
  const properties = { CatalogId: { Ref: "AWS::AccountId" }, DatabaseName: { Ref: "Database" }, TableInput: input };
  const reads = name === BARS ? ["DeliveredBarsTable", "CompactedBarsTable"] : [nameResource(BARS, "View")];
  return [nameResource(name, "View"), { Type: "AWS::Glue::Table", DependsOn: reads, Properties: properties }];
}

// Return a prepared statement of the workgroup, for EXECUTE: hourly_highs is HourlyHighsStatement.
function makePreparedStatement(file) {
  const name = path.basename(file);
  const properties = {
    StatementName: name,
    WorkGroup: { Ref: "WorkGroup" },
    Description: readDescription(file),
    QueryStatement: readStatement(file),
  };
  return [nameResource(name, "Statement"), { Type: "AWS::Athena::PreparedStatement", Properties: properties }];
}

// Return the SQL of a saved query: the newest session of a question, or the newest bars. It needs no parameter.
function writeSavedQuery(name) {
  const { columns } = readView(name);
  const recent = `"interval" = '1m' AND session >= current_date - INTERVAL '${DAYS_TO_LOOK_BACK}' DAY`;
  const filters = "-- For another date, filter on it: WHERE session = DATE '2026-11-23'. A query without a date reads all of them.";
  if (name === BARS) {
    const order = `ORDER BY started_at DESC, name\nLIMIT ${NEWEST_BARS}`;
    return `${filters}\nSELECT\n${writeColumns(columns)}\nFROM ${name}\nWHERE ${recent}\n${order}`;
  }
  const newest = `  SELECT\n    *,\n    max(session) OVER () AS newest\n  FROM ${name}\n  WHERE ${recent}`;
  const order = /\n(ORDER BY .+)$/.exec(readStatement(name))[1];
  return `${filters}\nSELECT\n${writeColumns(columns)}\nFROM (\n${newest}\n)\nWHERE session = newest\n${order}`;
}

// Return a saved query of the workgroup, which the console lists: hourly_highs is HourlyHighsQuery.
function makeSavedQuery(name) {
  const properties = {
    Name: name === BARS ? "newest_bars" : name,
    Description: name === BARS ? `The newest ${NEWEST_BARS} bars.` : `${readDescription(name)} Of the newest session.`,
    Database: { Ref: "Database" },
    WorkGroup: { Ref: "WorkGroup" },
    QueryString: writeSavedQuery(name),
  };
  return [nameResource(name, "Query"), { Type: "AWS::Athena::NamedQuery", Properties: properties }];
}

module.exports = {
  readView,
  writeSavedQuery,

  // Each file in athena/ is a view and a saved query of its name. With athena/compaction/, all but bars are prepared statements.
  statements: async ({ resolveVariable }) => {
    const database = await resolveVariable("self:custom.database");
    const views = listFiles("");
    const prepared = ["", "compaction"].flatMap(listFiles).filter((file) => file !== BARS);
    return {
      Resources: Object.fromEntries([
        ...views.map((name) => makeView(name, database)),
        ...prepared.map(makePreparedStatement),
        ...views.map(makeSavedQuery),
      ]),
    };
  },

  // Return the dates of the partition projection: from the stage's first one. NOW is UTC, and Tokyo's date is ahead of it.
  dates: async ({ resolveVariable }) => {
    const first = await resolveVariable("param:firstDate");
    const date = new Date(`${first}T00:00:00Z`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(first) || Number.isNaN(date.valueOf()) || !date.toISOString().startsWith(first)) {
      const refused = `firstDate: '${first}' is not a calendar date (use YYYY-MM-DD)`;
      throw Object.assign(new Error(refused), { stack: "" }); // Serverless would print the stack in place of the message
    }
    return `${first},NOW+1DAYS`;
  },
};
