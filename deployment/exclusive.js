// A lock between processes of this computer. The set-up takes one, and so does each Serverless that packages.
//
// It uses Node's own modules only, since the set-up runs before anything is installed. The lock is a folder with the file
// `owner`. It appears whole, by a rename that no second process can repeat while the folder exists. Its owner removes it at
// its end. After a crash, the next process that wants the lock sees that the owner has ended, and takes it over.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const LOOK_MILLISECONDS = 100; // between two looks at a lock that another process has
const TAKEOVER_MILLISECONDS = 10_000; // a takeover that lasts longer has crashed: it takes some milliseconds

// Wait until this process has the lock at `folder`, and return the function that releases it.
//
// `onWait` is called once, with the owner's process id, when another process has the lock. The end of this process
// releases it too.
async function acquire(folder, onWait = () => {}) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  let waits = false;
  for (;;) {
    if (create(folder)) return releaseAtEnd(folder);
    const owner = readOwner(folder);
    if (owner && !isAlive(owner)) {
      if (takeOver(folder, owner)) continue;
    } else if (owner && !waits) {
      waits = true;
      onWait(owner.pid);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  }
}

// Create the lock, or return false if it exists.
function create(folder) {
  const made = fs.mkdtempSync(`${folder}-`);
  fs.writeFileSync(path.join(made, "owner"), JSON.stringify({ pid: process.pid, host: os.hostname(), started: readStart(process.pid) }));
  try {
    fs.renameSync(made, folder);
    return true;
  } catch (error) {
    fs.rmSync(made, { recursive: true });
    // Windows reports EPERM or EACCES for a folder that exists.
    if (["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes(error.code) && fs.existsSync(folder)) return false;
    if (!["ENOTEMPTY", "EEXIST"].includes(error.code)) throw error;
    return false; // its owner has released it since
  }
}

function releaseAtEnd(folder) {
  const release = () => {
    process.removeListener("exit", release);
    discard(folder);
  };
  process.once("exit", release);
  return release;
}

// Remove the lock in one step: another process must never find half of it.
function discard(folder) {
  const trash = fs.mkdtempSync(`${folder}-`);
  try {
    fs.renameSync(folder, path.join(trash, "lock"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  } finally {
    fs.rmSync(trash, { recursive: true, force: true });
  }
}

// Remove the lock of a dead owner, or return false if another process is doing so.
function takeOver(folder, dead) {
  const guard = `${folder}.takeover`; // two that took over at once could remove the lock that the first has made since
  try {
    fs.mkdirSync(guard);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const begun = fs.statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - begun > TAKEOVER_MILLISECONDS) fs.rmSync(guard, { recursive: true, force: true });
    return false;
  }
  try {
    const owner = readOwner(folder);
    if (owner && owner.pid === dead.pid && owner.started === dead.started) discard(folder);
    return true;
  } finally {
    fs.rmSync(guard, { recursive: true, force: true });
  }
}

// Return the owner of the lock, null if there is no lock.
function readOwner(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, "owner"), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

// Return true if the owner still runs. An owner on another computer, which shares the folder, counts as running.
function isAlive(owner) {
  if (owner.host !== os.hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return error.code === "EPERM"; // it runs, and is another user's
  }
  return owner.started === readStart(owner.pid); // else the system has given the number to another process since
}

// Return the start time of a process in the system's own form, "" if the system doesn't tell.
function readStart(pid) {
  try {
    if (process.platform === "linux") return fs.readFileSync(`/proc/${pid}/stat`, "utf8").replace(/.*\)/s, "").split(" ")[20];
    if (process.platform === "win32") return "";
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8", env: { ...process.env, LC_ALL: "C", TZ: "UTC" } }).trim();
  } catch {
    return "";
  }
}

module.exports = { acquire };
