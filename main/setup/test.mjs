/**
 * `npm test`: prepares the machine and runs everything. What opens windows waits for them half its time, so it goes beside the rest, which goes cheapest first.
 * A failing stage does not hide the others: each is run and timed, what failed is said again at the end, the last line says `N passed, N failed, N skipped`,
 * the exit code is 0 only when nothing failed. `npm test -- unit lint` runs only the stages named.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBundles } from './bundles.mjs';
import { ensureElectron } from './electron-runtime.mjs';
import { ensure } from './ensure.mjs';
import { NODE_24, RUNTIME_FOLDER } from './paths.mjs';
import { giveUp, SetupError } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { countsOfCheck, countsOfReport, failuresOfReport, failureText, sumOfCounts } from './test-report.mjs';
import { ensureSystemLibraries } from './system-libraries.mjs';
import { openDisplay } from './virtual-display.mjs';

const REPORTS = join(RUNTIME_FOLDER, 'reports');
/** What is compiled once is not compiled again by the next of some hundred test processes. */
const TEST_ENV = { ...process.env, NODE_COMPILE_CACHE: join(RUNTIME_FOLDER, 'compile-cache') };
/** The compiler in machine code; the one in JavaScript stays for the lint rules that ask for types. */
const TSC = 'node_modules/typescript-native/bin/tsc';
/** Pages have a browser's types, so they are projects of their own. */
const TYPE_PROJECTS = ['tsconfig.json', 'renderer/tsconfig.json', 'simulators/workbench/page/tsconfig.json'];

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** `failures`: a text for each test or check that failed. @typedef {{ counts: Counts, failures: string[] }} Outcome */
/** @typedef {{ name: string, run: () => Promise<Outcome> }} Stage */
/** They read, and run no code of ours: at once. @type {Stage[]} */
const READERS = [
  { name: 'types', run: () => check(TYPE_PROJECTS.map((project) => [TSC, '-p', project, '--incremental', '--tsBuildInfoFile', join(RUNTIME_FOLDER, 'types', `${project.replaceAll('/', '-')}.tsbuildinfo`)])) },
  { name: 'lint', run: () => check([['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '--cache', '--cache-location', '.runtime/eslint/', '.']]) },
];
/** One after another when the readers are through; each takes two processors where it can. @type {Stage[]} */
const TESTS = ['unit', 'contract', 'sim', 'crash'].map((name) => ({ name, run: () => vitest(name) }));
/** One after another, beside all the others. @type {Stage[]} */
const WINDOWS = [
  { name: 'build', run: buildBundles },
  { name: 'e2e', run: endToEnd },
];
const STAGES = [...READERS, ...TESTS, ...WINDOWS];

/** @param {Stage} stage */
async function timed({ name, run }) {
  const startedMs = performance.now();
  const outcome = await run().catch(failedBy);
  return { name, ...outcome, seconds: (performance.now() - startedMs) / 1000 };
}

/** @param {Stage[]} stages @returns {Promise<Awaited<ReturnType<typeof timed>>[]>} */
async function oneAfterAnother(stages) {
  const done = [];
  for (const stage of stages) done.push(await timed(stage));
  return done;
}

/** @param {string[][]} commands @returns {Promise<Outcome>} one check; all commands are run, so that all that is wrong is seen; each shows its words when it has ended */
async function check(commands) {
  const failures = [];
  for (const args of commands) {
    const { code, output } = await runCommand(NODE_24, args, { quiet: true });
    process.stdout.write(output);
    if (code !== 0) failures.push(failureText(args.join(' '), output));
  }
  return { counts: countsOfCheck(failures.length === 0), failures };
}

/** @param {string} project */
async function vitest(project) {
  const report = join(REPORTS, `${project}.json`);
  process.stdout.write(`\n=== ${project}\n`);
  const { code } = await runCommand(NODE_24, ['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { env: TEST_ENV });
  return { counts: countsOfReport('vitest', report, code), failures: failuresOfReport('vitest', report) };
}

/** @param {unknown} error  of what a stage needs first @returns {Outcome} */
function failedBy(error) {
  const reason = error instanceof SetupError ? `${error.message}\nwhat to do: ${error.remedy}` : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${reason}\n`);
  return { counts: countsOfCheck(false), failures: [failureText('not begun', reason)] };
}

/** @returns {Promise<Outcome>} */
async function buildBundles() {
  await ensureBundles();
  return { counts: countsOfCheck(true), failures: [] };
}

/** With what only windows need, which takes half a minute of waiting the first time. Shows its words when it has ended. Asked for by name it leaves pictures of the screens, too. */
async function endToEnd() {
  await ensureSystemLibraries({ forScreen: true });
  await ensureElectron();
  const report = join(REPORTS, 'e2e.json');
  const display = await openDisplay();
  try {
    const env = { ...TEST_ENV, ...display.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report, ...(process.argv.includes('e2e') ? { QOLMA_PICTURES: '1' } : {}) };
    const { code, output } = await runCommand(NODE_24, ['node_modules/@playwright/test/cli.js', 'test', '--pass-with-no-tests'], { env, quiet: true });
    process.stdout.write(`\n=== e2e\n${output}`);
    return { counts: countsOfReport('playwright', report, code), failures: failuresOfReport('playwright', report) };
  } finally {
    display.stop();
  }
}

async function test() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) throw new SetupError(`no such stage: ${unknown.join(', ')}`, `name one or more of ${STAGES.map((stage) => stage.name).join(' ')}, or none for all`);
  const among = (/** @type {Stage[]} */ stages) => stages.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
  await ensure({ forScreen: false, isBuilding: false });
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const windows = oneAfterAnother(among(WINDOWS));
  const readers = among(READERS);
  if (readers.length > 0) process.stdout.write(`\n=== ${readers.map(({ name }) => name).join(', ')}\n`);
  const done = [...(await Promise.all(readers.map(timed))), ...(await oneAfterAnother(among(TESTS))), ...(await windows)];
  process.stdout.write('\n');
  for (const { name, failures } of done) {
    for (const failure of failures) process.stdout.write(`FAIL ${name}: ${failure}\n\n`);
  }
  for (const { name, counts, seconds } of done) {
    process.stdout.write(`${counts.failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(9)}${seconds.toFixed(1).padStart(7)} s   ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
  const total = sumOfCounts(done.map(({ counts }) => counts));
  process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

test().catch(giveUp);
