// The command's own process. It gets the signals of this process, and ends when the processes that started it have ended.
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const LOOK_MILLISECONDS = 250; // between two looks whether npm still runs

// Run a program to its end with this process's own terminal, and end this process as it ended.
//
// Ctrl-C reaches each process of the terminal, the child too: only without a terminal SIGINT is passed on.
export function runToEnd(executable, args, options) {
  const child = spawn(executable, args, { stdio: "inherit", ...options });
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const pass = (signal) => child.kill(signal);
  process.on("SIGINT", hasTerminal ? () => {} : pass);
  process.on("SIGTERM", pass);
  process.on("SIGHUP", pass);
  const watching = watchStarters(() => pass("SIGTERM"));
  child.on("error", (error) => {
    console.error(`${executable}: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    clearInterval(watching);
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
  return child;
}

// Call `onGone` once a process between npm and this one has ended. npm passes on neither SIGHUP nor its own death, and the
// shell between the two passes on nothing.
function watchStarters(onGone) {
  if (!process.env.npm_lifecycle_event) return undefined; // started by hand: who did may well end first
  const parent = process.ppid;
  const shells = findParentOfShell(parent);
  const watching = setInterval(() => {
    if (process.ppid === parent && (shells === undefined || isStillParent(shells, parent))) return;
    clearInterval(watching);
    onGone();
  }, LOOK_MILLISECONDS);
  return watching;
}

// Return the process that started a shell, undefined if `pid` isn't a shell or the system doesn't tell.
function findParentOfShell(pid) {
  try {
    const [command, parent] =
      process.platform === "linux"
        ? readLinuxStat(pid)
        : /(\S.*?)\s+(\d+)\s*$/.exec(execFileSync("ps", ["-o", "comm=,ppid=", "-p", String(pid)], { encoding: "utf8" })).slice(1);
    return command.endsWith("sh") ? Number(parent) : undefined;
  } catch {
    return undefined;
  }
}

// Linux gives a process another parent as soon as its own has ended, even if nobody has taken notice of that end yet.
function isStillParent(pid, child) {
  try {
    if (process.platform === "linux") return Number(readLinuxStat(child)[1]) === pid;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

// Return the command's name and the parent of a process.
function readLinuxStat(pid) {
  return /\((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")).slice(1);
}
