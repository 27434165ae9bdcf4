/** What the person at the prompt reads while a machine is being prepared: one line per step, with cause and remedy when one fails. */

/** A step that cannot be brought about. `remedy` is what the reader can do about it, in one sentence. */
export class SetupError extends Error {
  /**
   * @param {string} cause   what was found
   * @param {string} remedy  what to do
   */
  constructor(cause, remedy) {
    super(cause);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

/** Not on stdout, which belongs to the program that is begun afterwards. @param {string} text */
export function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

/**
 * Runs a step; when it takes long it says so before, and always says how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function announced(what, step) {
  const startedMs = performance.now();
  say(`${what} …`);
  const result = await step();
  say(`${what}: done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * Prints a failure as cause and remedy and ends the process.
 * @param {unknown} error
 * @returns {never}
 */
export function giveUp(error) {
  if (error instanceof SetupError) {
    process.stderr.write(`setup: cannot go on: ${error.message}\n       what to do: ${error.remedy}\n`);
  } else {
    process.stderr.write(`setup: cannot go on: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  process.exit(1);
}
