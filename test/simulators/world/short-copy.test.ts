import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cutShort } from '../../../simulators/world/short-copy.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'qolma-short-copy-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FILE = 'journal-01JB00000000000000000000AB-000001.jsonl';
const line = (kind: string, monotonicMs: number, entryNumber: number) =>
  `${JSON.stringify({ entryNumber, kind, version: 2, atUtcMs: 1, monotonicMs, bootId: 'b', sessionId: null, operationId: null, data: '{}', dataSha256: '', payloadSha256: '', payload: null, hash: '0'.repeat(64), isHead: false })}\n`;
/** Commits of these kinds, one after the other. */
function copyOf(...commits: readonly (readonly string[])[]): void {
  let entryNumber = 0;
  writeFileSync(join(folder, FILE), commits.flatMap((kinds, index) => kinds.map((kind) => line(kind, index, (entryNumber += 1)))).join(''));
}
const left = () => readFileSync(join(folder, FILE), 'utf8').split('\n').slice(0, -1).map((text) => (JSON.parse(text) as { kind: string }).kind);

it('takes nothing of a commit that moved cash, nor the line after it that shows it whole', () => {
  copyOf(['session.started'], ['outcome.stack', 'counts.changed', 'fact.put'], ['message.moved'], ['operation.closed', 'fact.put'], ['session.ended']);
  cutShort(folder, { lacksPercent: 100, isTorn: false });
  expect(left()).toEqual(['session.started', 'outcome.stack', 'counts.changed', 'fact.put', 'message.moved']);
});

it('leaves a copy alone whose last commit moved cash', () => {
  copyOf(['session.started'], ['outcome.stack', 'counts.changed']);
  cutShort(folder, { lacksPercent: 100, isTorn: true });
  expect(left()).toEqual(['session.started', 'outcome.stack', 'counts.changed']);
});

it('cuts within a line where it is to be torn', () => {
  copyOf(['message.moved'], ['message.moved'], ['message.moved'], ['session.ended']);
  cutShort(folder, { lacksPercent: 67, isTorn: true });
  expect([left().length, readFileSync(join(folder, FILE), 'utf8').endsWith('\n')]).toEqual([2, false]);
});
