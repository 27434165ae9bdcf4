/**
 * `npm test`: prepares the machine and runs everything, cheapest first. A failing stage does not hide the others: each is run and timed,
 * what failed is said again at the end, the last line says `N passed, N failed, N skipped`, the exit code is 0 only when nothing failed.
 * `npm test -- unit lint` runs only the stages named.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBundles } from './bundles.mjs';
import { ensure } from './ensure.mjs';
import { NODE_24, RUNTIME_FOLDER } from './paths.mjs';
import { giveUp, SetupError } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { countsOfCheck, countsOfReport, failuresOfReport, failureText, sumOfCounts } from './test-report.mjs';
import { openDisplay } from './virtual-display.mjs';

const REPORTS = join(RUNTIME_FOLDER, 'reports');
/** The compiler in machine code; the one in JavaScript stays for the lint rules that ask for types. */
const TSC = 'node_modules/typescript-native/bin/tsc';
/** Pages have a browser's types, so they are projects of their own. */
const TYPE_PROJECTS = ['tsconfig.json', 'renderer/tsconfig.json', 'simulators/workbench/page/tsconfig.json'];

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** `failures`: a text for each test or check that failed. @typedef {{ counts: Counts, failures: string[] }} Outcome */
/** `readsOnly`: runs no code of ours and needs one processor, so that such stages go side by side. @type {{ name: string, readsOnly?: true, run: () => Promise<Outcome> }[]} */
const STAGES = [
  { name: 'types', readsOnly: true, run: () => check(TYPE_PROJECTS.map((project) => [TSC, '-p', project, '--incremental', '--tsBuildInfoFile', join(RUNTIME_FOLDER, 'types', `${project.replaceAll('/', '-')}.tsbuildinfo`)])) },
  { name: 'lint', readsOnly: true, run: () => check([['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '--cache', '--cache-location', '.runtime/eslint/', '.']]) },
  ...['unit', 'contract', 'sim', 'crash'].map((name) => ({ name, run: () => vitest(name) })),
  { name: 'build', run: buildBundles },
  { name: 'e2e', run: endToEnd },
];

/** @param {string[]} args of Node 24 @param {NodeJS.ProcessEnv} [env] */
function node24(args, env = {}) {
  return runCommand(NODE_24, args, { env: { ...process.env, ...env } });
}

/** @param {{ run: () => Promise<Outcome> }} stage */
async function timed({ run }) {
  const startedMs = performance.now();
  const outcome = await run();
  return { ...outcome, seconds: (performance.now() - startedMs) / 1000 };
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
  const { code } = await node24(['node_modules/vitest/vitest.mjs', 'run', '--project', project, '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`]);
  return { counts: countsOfReport('vitest', report, code), failures: failuresOfReport('vitest', report) };
}

async function buildBundles() {
  try {
    await ensureBundles();
    return { counts: countsOfCheck(true), failures: [] };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return { counts: countsOfCheck(false), failures: [error.message] };
  }
}

async function endToEnd() {
  const report = join(REPORTS, 'e2e.json');
  const display = await openDisplay();
  try {
    const { code } = await node24(['node_modules/@playwright/test/cli.js', 'test', '--pass-with-no-tests'], { ...display.env, PLAYWRIGHT_JSON_OUTPUT_FILE: report });
    return { counts: countsOfReport('playwright', report, code), failures: failuresOfReport('playwright', report) };
  } finally {
    display.stop();
  }
}

async function test() {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !STAGES.some((stage) => stage.name === name));
  if (unknown.length > 0) throw new SetupError(`no such stage: ${unknown.join(', ')}`, `name one or more of ${STAGES.map((stage) => stage.name).join(' ')}, or none for all`);
  const stages = STAGES.filter((stage) => wanted.length === 0 || wanted.includes(stage.name));
  await ensure({ forScreen: stages.some((stage) => stage.name === 'e2e'), isBuilding: false });
  rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  const done = [];
  const readers = stages.filter(({ readsOnly }) => readsOnly);
  if (readers.length > 0) process.stdout.write(`\n=== ${readers.map(({ name }) => name).join(', ')}\n`);
  const started = new Map(readers.map((stage) => [stage, timed(stage)]));
  for (const stage of stages) {
    if (!started.has(stage)) process.stdout.write(`\n=== ${stage.name}\n`);
    done.push({ name: stage.name, ...(await (started.get(stage) ?? timed(stage))) });
  }
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
