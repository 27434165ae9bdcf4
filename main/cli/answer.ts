import type { EXIT_CONFIG } from '../core/process/load-config.ts';

/** What a subcommand found: the same facts as data for programs and as text for people, and whether all is well. */
export interface Answer {
  /** One JSON object; lists in it have names. */
  readonly json: Readonly<Record<string, unknown>>;
  /** Lines without the last line end. */
  readonly text: string;
  readonly exitCode: 0 | 1 | typeof EXIT_CONFIG;
}

/** One thing wrong, with a code that programs can compare and words that a person can act on. */
export interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** Nothing could be found out: the reason, exit code 1 unless told otherwise. */
export function problemAnswer(problem: Problem, exitCode: Answer['exitCode'] = 1): Answer {
  return { json: { ok: false, problem }, text: `${problem.code}: ${problem.detail}`, exitCode };
}

/**
 * Prints an answer and sets the exit code of this process. Data always goes to the output stream, so that a pipe gets it whatever it says;
 * text of a failure goes to the error stream.
 */
export function tell(answer: Answer, isJson: boolean): void {
  if (isJson) process.stdout.write(`${JSON.stringify(answer.json)}\n`);
  else (answer.exitCode === 0 ? process.stdout : process.stderr).write(`${answer.text}\n`);
  process.exitCode = answer.exitCode;
}
