// Signs of life of a step that takes long: a spinner on a terminal, and a line now and then in a pipe or a file.
import { spawn } from "node:child_process";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MILLISECONDS = 200;
const LINE_MILLISECONDS = 5_000; // between two lines where nothing can be redrawn
const ERASE = "\r\x1b[K";

// Show on stderr that a step goes on. Return the functions that print other output meanwhile, and that end the signs.
export function showLife(text, stream = process.stderr, pause = stream.isTTY ? FRAME_MILLISECONDS : LINE_MILLISECONDS) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  let drawn = 0;
  const draw = () => stream.write(`${ERASE}${FRAMES[drawn++ % FRAMES.length]} ${text} (${seconds()} s)`);
  const erase = () => stream.isTTY && drawn > 0 && stream.write(ERASE);
  const writeLine = () => stream.write(`${text}: ${seconds()} s ...\n`);
  const timer = setInterval(stream.isTTY ? draw : writeLine, pause);
  return {
    print(output) {
      erase();
      stream.write(output);
    },
    end() {
      clearInterval(timer);
      erase();
    },
  };
}

// Run a program with signs of life. Its output goes to stderr. Return its exit code, null if it could not be started or was killed.
export function runShowingLife(command, args, text, options) {
  const life = showLife(text);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  for (const output of [child.stdout, child.stderr]) output.on("data", life.print);
  return new Promise((resolve) => {
    const end = (code) => {
      life.end();
      resolve(code);
    };
    child.on("error", () => end(null));
    child.on("close", end);
  });
}
