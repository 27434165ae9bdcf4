/** Goal: a journal that ends before what was written, goes another way or was counted back is never gone on with. Method: the mark held against a file by itself, at each bound. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHead, type Head } from '../../../main/journal/chain-writer.ts';
import { HeadMark, headMarkPath, headMarkProblem, readHeadMark, type HeadMarkContent } from '../../../main/journal/head-mark.ts';
import { entry } from '../../../main/journal/journal.ts';
import { journalOptions, makeFolder, messageDraft, mustOpen } from './journal-fixture.ts';

const folder = makeFolder();
let database: Database.Database;
let head: Head;
let firstHash = '';

beforeAll(() => {
  const journal = mustOpen(journalOptions(folder.path));
  journal.commit({ entries: [entry('session.started', { language: 'kk' })], messages: [messageDraft(1)], references: [journal.peekReference()] });
  firstHash = journal.entries({ limit: 1 })[0]!.hash;
  journal.close();
  database = new Database(join(folder.path, 'journal.db'), { readonly: true });
  head = readHead(database)!;
});
afterAll(() => {
  database.close();
  folder.remove();
});

const mark = (more: Partial<HeadMarkContent> = {}): HeadMarkContent => ({ form: 1, journalId: 'J', entryNumber: head.entryNumber, hash: head.hash, receiptCount: head.receiptCount, referenceCount: head.referenceCount, seq: head.seq, ...more });
const code = (content: HeadMarkContent | undefined) => headMarkProblem(content, { database, journalId: 'J', head })?.code;

describe('a journal and its mark', () => {
  it('agree where the mark is the journal’s end, lies behind it, or is none', () => {
    expect([head.receiptCount, head.referenceCount, head.seq]).toEqual([0, 1, 1]);
    expect([code(mark()), code(mark({ entryNumber: 1, hash: firstHash, referenceCount: 0, seq: 0 })), code(mark({ entryNumber: 1, hash: firstHash })), code(mark({ entryNumber: 0, hash: 'x' })), code(undefined)]).toEqual(Array(5).fill(undefined));
  });

  it('do not where it ends before it, goes another way, or is another journal', () => {
    expect(code(mark({ journalId: 'K' }))).toBe('JNL_FOREIGN');
    expect(code(mark({ entryNumber: head.entryNumber + 1 }))).toBe('JNL_CORRUPT');
    expect([code(mark({ hash: firstHash })), code(mark({ entryNumber: 1 }))]).toEqual(['JNL_CORRUPT', 'JNL_CORRUPT']);
  });

  it.each(['receiptCount', 'referenceCount', 'seq'] as const)('do not where the %s is not what was written: a number would be given twice, or left out', (counter) => {
    for (const by of [1, -1]) expect(code(mark({ [counter]: head[counter] + by }))).toBe('JNL_BOOKS_DIFFER');
    const older = mark({ entryNumber: 1, hash: firstHash });
    expect([code({ ...older, [counter]: head[counter] + 1 }), code({ ...older, [counter]: head[counter] - 1 })]).toEqual(['JNL_BOOKS_DIFFER', undefined]);
  });
});

describe('a mark', () => {
  it('is read as it was noted last, however long the one before was, by nobody else, and by the next core', () => {
    const other = makeFolder();
    const path = join(other.path, 'journal.db');
    expect(readHeadMark(path)).toBeUndefined();
    const [long, short] = [{ ...head, entryNumber: 1_000_000, seq: 1_000_000 }, { ...head, entryNumber: 7 }];
    let kept = new HeadMark(path, 'J');
    for (const one of [long, short]) {
      kept.note(one);
      expect(readHeadMark(path)).toEqual(mark({ entryNumber: one.entryNumber, seq: one.seq }));
    }
    kept.close();
    const bytes = readFileSync(headMarkPath(path));
    expect([bytes.length, statSync(headMarkPath(path)).mode & 0o777]).toEqual([384, 0o600]);
    kept = new HeadMark(path, 'J');
    expect(readHeadMark(path)?.entryNumber).toBe(7);
    kept.note(long);
    kept.close();
    expect(readHeadMark(path)?.entryNumber).toBe(1_000_000);
    other.remove();
  });

  it('that cannot be read says nothing, and one that cannot be kept stops nobody', () => {
    const other = makeFolder();
    const path = join(other.path, 'journal.db');
    writeFileSync(headMarkPath(path), '{"form":1,');
    expect(readHeadMark(path)).toBeUndefined();
    const nowhere = join(other.path, 'gone', 'journal.db');
    const kept = new HeadMark(nowhere, 'J');
    kept.note(head);
    kept.close();
    expect(existsSync(headMarkPath(nowhere))).toBe(false);
    other.remove();
  });
});
