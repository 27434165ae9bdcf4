import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { entry, type Journal } from '../../../main/journal/journal.ts';
import { journalOptions, messageDraft, mustOpen } from './journal-fixture.ts';
import { secondCopy } from './second-copy.ts';

/** A second copy that ends within a transaction is restored to the end of the one before. */
const { folder, copy, own, follow, restore, tellRestored } = secondCopy();

/** Two entries and what the journal tells of the message: one commit. */
function accept(journal: Journal): void {
  const operationId = `o${journal.peekSeq()}`;
  const written = journal.commit({ entries: [entry('operation.chosen', { operation: 'op-01' }, { operationId }), entry('terms.accepted', { version: '1' }, { operationId })], messages: [messageDraft(journal.peekSeq(), { operationId })] });
  if (!written.ok) throw new Error(written.error.detail);
}

/** @returns how the mirror stood, and what it said of a journal behind its copy */
async function mirror(): Promise<readonly string[]> {
  const said: string[] = [];
  const { state, detail } = await follow({ until: (status) => status.state !== 'starting' && status.lagEntryCount <= 0, onAhead: (words) => said.push(words), segmentBytesMax: 2_000 });
  return [state, detail, ...said].filter((text) => text !== '');
}

/** The copy of `count` commits; lines by the file they stand in. */
async function copied(count: number): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const journal = mustOpen(own());
  for (let index = 0; index < count; index += 1) accept(journal);
  await mirror();
  journal.close();
  return readdirSync(copy()).sort().flatMap((file) => readFileSync(join(copy(), file), 'utf8').split('\n').slice(0, -1).map((text) => ({ file, text })));
}

function writeCopy(lines: readonly { readonly file: string; readonly text: string }[], torn = ''): void {
  const files = new Set(lines.map(({ file }) => file));
  const last = lines.at(-1)?.file;
  for (const file of readdirSync(copy())) writeFileSync(join(copy(), file), !files.has(file) ? '' : lines.filter((line) => line.file === file).map(({ text }) => `${text}\n`).join('') + (file === last ? torn : ''));
}

it('a commit has one stamp, which no other has, whatever the clock says', () => {
  const journal = mustOpen(journalOptions(folder()));
  for (let index = 0; index < 3; index += 1) accept(journal);
  const stamps = journal.entries({ limit: 50 }).map(({ kind, monotonicMs }) => [kind, monotonicMs]);
  journal.close();
  expect(stamps.slice(-6)).toEqual([1, 2].flatMap(() => ['operation.chosen', 'terms.accepted', 'message.staged'].map((kind) => [kind, expect.any(Number)])) as unknown);
  const staged = stamps.filter(([kind]) => kind === 'message.staged').map(([, stamp]) => stamp);
  expect([new Set(staged).size, staged.map((stamp) => stamps.filter(([, other]) => other === stamp).length)]).toEqual([3, [3, 3, 3]]);
});

it.each([['between two lines', 1, ''], ['before its last line', 2, ''], ['within a line', 1, '{"entryNumber":'], ['within its second line', 2, '{"entryNumber":1,"ki']])('that ends %s of its last commit loses the whole commit, and goes on with the journal', async (_where, lacks, torn) => {
  const lines = await copied(4);
  writeCopy(lines.slice(0, -lacks), torn);
  const restored = await restore();
  if (!restored.ok) throw new Error(restored.error.detail);
  expect([restored.value.entryCount, restored.value.knownLostCount]).toEqual([lines.length - 3, 3]);
  expect(restored.value.stoppedBecause).toContain(`its first entries (${3 - lacks}) are left out`);
  const journal = mustOpen(own({ tellsLoss: true }));
  expect([journal.entries({ limit: 50, kinds: ['operation.chosen'] }).length, journal.messages({ limit: 9 }).length]).toEqual([3, 3]);
  tellRestored(journal, restored.value);
  expect(await mirror()).toEqual(['following']);
  journal.close();
});

it('whose commits are all whole loses none', async () => {
  const lines = await copied(4);
  expect(await restore()).toMatchObject({ ok: true, value: { entryCount: lines.length, stoppedBecause: null, knownLostCount: 0 } });
});

it('of a software that did not mark where the journal ended is taken as it is', async () => {
  const lines = await copied(4);
  writeCopy(lines.slice(0, -1).map(({ file, text }) => ({ file, text: text.replace(/,"isHead":(?:true|false)/, '') })));
  expect(await restore()).toMatchObject({ ok: true, value: { entryCount: lines.length - 1, stoppedBecause: null } });
});

it('keeps what follows a damaged line, for a person to read', async () => {
  const lines = await copied(4);
  const damaged = lines.map((line, index) => (index === lines.length - 2 ? { ...line, text: '?' } : line));
  writeCopy(damaged);
  expect(await restore()).toMatchObject({ ok: true, value: { entryCount: lines.length - 3 } });
  expect(readFileSync(join(copy(), lines.at(-1)!.file), 'utf8')).toContain(lines.at(-1)!.text);
});
