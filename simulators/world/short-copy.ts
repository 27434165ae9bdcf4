import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mirrorLine } from '../../main/journal/mirror-files.ts';

/** A second copy that had not come to the end when the disk was lost. */

/**
 * What a copy must have for the books of terminal and bank to balance without a person: all that moved cash, was agreed with a customer, is on a paper in his hand or was ended by a person at the
 * terminal. What may be lacking is what went between terminal and bank, what recovery found, what staff read.
 */
const HELD: readonly string[] = ['intent.', 'outcome.', 'note.', 'coin.', 'deposit.', 'receipt.recorded', 'suspense.recorded', 'suspense.settled', 'counts.', 'notes.', 'retention.'];

/**
 * Takes lines from the end of a copy: as many percent of those it may lack. A line more stays than it must have, for whoever restores it takes the last commit for half unless another begins after it.
 * @param folder  of a whole copy
 */
export function cutShort(folder: string, { lacksPercent, isTorn }: { readonly lacksPercent: number; readonly isTorn: boolean }): void {
  const newest = newestOf(folder);
  const texts = readFileSync(newest, 'utf8').split('\n').slice(0, -1);
  const lines = texts.map((text) => mirrorLine.parse(JSON.parse(text)));
  const held = lines.findLast(({ kind }) => HELD.some((one) => kind.startsWith(one)));
  const mustHave = 1 + lines.findLastIndex(({ bootId, monotonicMs }) => bootId === held?.bootId && monotonicMs === held.monotonicMs);
  const lackCount = Math.floor((Math.max(0, lines.length - mustHave - 1) * lacksPercent) / 100);
  if (lackCount === 0) return;
  const lost = texts.at(-lackCount) ?? '';
  writeFileSync(newest, texts.slice(0, -lackCount).map((text) => `${text}\n`).join('') + (isTorn ? lost.slice(0, lost.length / 2) : ''));
}

/** Takes whole commits from the end of a copy, whatever they are: the mirror had come to the end of the one before when the disk was lost. @returns kinds of what it lacks; null: there are not so many */
export function cutCommits(folder: string, commitCount: number): readonly string[] | null {
  const newest = newestOf(folder);
  const lines = readFileSync(newest, 'utf8').split('\n').slice(0, -1).map((text) => mirrorLine.parse(JSON.parse(text)));
  const begins = lines.flatMap(({ bootId, monotonicMs }, index) => (lines[index - 1]?.bootId === bootId && lines[index - 1]?.monotonicMs === monotonicMs ? [] : [index]));
  const cutAt = commitCount === 0 ? lines.length : begins.at(-commitCount);
  if (cutAt === undefined || cutAt === 0) return null;
  writeFileSync(newest, lines.slice(0, cutAt).map((line, index) => `${JSON.stringify(index === cutAt - 1 ? { ...line, isHead: true } : line)}\n`).join(''));
  return lines.slice(cutAt).map(({ kind }) => kind);
}

/** Leaves of a copy what stands up to this entry: the mirror had come to the end of its commit. */
export function cutAfter(folder: string, entryNumber: number): void {
  const newest = newestOf(folder);
  const lines = readFileSync(newest, 'utf8').split('\n').slice(0, -1).map((text) => mirrorLine.parse(JSON.parse(text))).filter((line) => line.entryNumber <= entryNumber);
  writeFileSync(newest, lines.map((line, index) => `${JSON.stringify(index === lines.length - 1 ? { ...line, isHead: true } : line)}\n`).join(''));
}

function newestOf(folder: string): string {
  return join(folder, readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort().at(-1) ?? '');
}
