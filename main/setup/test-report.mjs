/** Counts and failures of one test run, from the JSON that vitest and Playwright leave. */
import { existsSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/** Of what one failed test says; the whole stands where its stage ran. */
const FAILURE_LINES = 12;

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** A stage without tests of its own (types, lint, build) counts as one check. @param {boolean} isGood @returns {Counts} */
export function countsOfCheck(isGood) {
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, skipped: 0 };
}

/**
 * @param {'vitest' | 'playwright'} kind
 * @param {string} path
 * @param {number} exitCode  a runner that failed without a failed test (a crash, an error outside the tests) still counts as one failure
 * @returns {Counts}
 */
export function countsOfReport(kind, path, exitCode) {
  if (!existsSync(path)) return countsOfCheck(exitCode === 0);
  const report = JSON.parse(readFileSync(path, 'utf8'));
  const counts = kind === 'vitest' ? vitestCounts(report) : playwrightCounts(report);
  return exitCode !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function vitestCounts(report) {
  const failedFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: report.numPassedTests, failed: report.numFailedTests + failedFiles, skipped: report.numPendingTests + (report.numTodoTests ?? 0) };
}

function playwrightCounts({ stats }) {
  // A test that passed only when it was run again is not a pass.
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped };
}

/**
 * What failed and why, to be said once more where a reader of a long run looks first: at its end.
 * @param {'vitest' | 'playwright'} kind
 * @param {string} path
 * @returns {string[]}  one text per failed test: its name, then the first lines of its reason
 */
export function failuresOfReport(kind, path) {
  if (!existsSync(path)) return [];
  const report = JSON.parse(readFileSync(path, 'utf8'));
  return kind === 'vitest' ? report.testResults.flatMap(vitestFailures) : report.suites.flatMap((suite) => playwrightFailures(suite));
}

/** @param {string} name @param {string} reason @returns {string} */
export function failureText(name, reason) {
  const lines = stripVTControlCharacters(reason).trim().split('\n').slice(0, FAILURE_LINES);
  return [name, ...lines.map((line) => `    ${line}`)].join('\n');
}

function vitestFailures({ name, status, message, assertionResults }) {
  if (status === 'failed' && assertionResults.length === 0) return [failureText(name, message ?? '')];
  return assertionResults.filter((test) => test.status === 'failed').map((test) => failureText(test.fullName, test.failureMessages.join('\n')));
}

function playwrightFailures({ title, specs = [], suites = [] }) {
  const own = specs
    .filter((spec) => spec.tests.some((test) => test.status === 'unexpected' || test.status === 'flaky'))
    .map((spec) => failureText(`${title} › ${spec.title}`, spec.tests.flatMap((test) => test.results.map((result) => result.error?.message ?? '')).find((text) => text !== '') ?? ''));
  return [...own, ...suites.flatMap((suite) => playwrightFailures(suite))];
}

/** @param {Counts[]} all @returns {Counts} */
export function sumOfCounts(all) {
  return all.reduce((sum, counts) => ({ passed: sum.passed + counts.passed, failed: sum.failed + counts.failed, skipped: sum.skipped + counts.skipped }), { passed: 0, failed: 0, skipped: 0 });
}
