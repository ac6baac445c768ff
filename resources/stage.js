"use strict";
// The rules for a stage's name, and the name of its database, for ${file(resources/stage.js):...} and the npm commands.

// Every function, schedule and delivery stream is named finance-stream-STAGE-SOMETHING, in at most 64 characters:
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html#lambda-CreateFunction-request-FunctionName
// This leaves 18 for SOMETHING.
const MAX_STAGE_LENGTH = 30;

// A stack's name may have letters, digits and dashes. CloudFormation makes bucket names of it in lower case:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
const STAGE = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

// Return the reason why `stage` can't be a stage's name, in one line, or null when it can.
function explainRefusal(stage) {
  if (stage.length > MAX_STAGE_LENGTH) {
    return (
      `stage: '${stage}' has ${stage.length} characters, and at most ${MAX_STAGE_LENGTH} are allowed, since AWS takes 64 for ` +
      "the name of a function or a schedule, finance-stream-STAGE-..."
    );
  }
  if (!STAGE.test(stage)) {
    return `stage: '${stage}' is not letters and digits, in parts joined by single dashes, like dev or anna-Test-2`;
  }
  return null;
}

module.exports = {
  explainRefusal,

  // The name of a Glue database has neither dashes nor upper case:
  // https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
  database: async ({ resolveVariable }) => {
    const stage = await resolveVariable("sls:stage");
    const refused = explainRefusal(stage);
    // Serverless would print the stack in place of the message.
    if (refused) throw Object.assign(new Error(refused), { stack: "" });
    return `finance_stream_${stage.toLowerCase().replaceAll("-", "_")}`;
  },
};
