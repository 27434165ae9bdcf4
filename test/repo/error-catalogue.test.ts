import { describe, expect, it } from 'vitest';
import type { ErrorEntry } from '../../main/foundation/error-catalogue.ts';
import { ERROR_CATALOGUE } from '../../main/foundation/error-catalogue.ts';
import { errorHandbook } from '../../main/foundation/error-handbook.ts';
import { en } from '../../renderer/text/en.ts';
import { kk } from '../../renderer/text/kk.ts';
import { ru } from '../../renderer/text/ru.ts';
import { codeFiles, textOf } from './source-files.ts';

const HANDBOOK = 'main/foundation/error-handbook.md';
const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(ERROR_CATALOGUE);

const code = codeFiles()
  .filter((file) => !file.startsWith('test/') && file !== 'main/foundation/error-catalogue.ts')
  .map(textOf)
  .join('\n');

describe('the error catalogue', () => {
  it('names only what the program can report: every code is used', () => {
    const unused = Object.keys(ERROR_CATALOGUE).filter((name) => !new RegExp(`\\b${name}\\b`).test(code));
    expect(unused).toEqual([]);
  });

  it('has an area of three letters and a cause in each code, and says what a technician does', () => {
    const odd = Object.entries(ERROR_CATALOGUE).filter(([name, entry]) => !/^[A-Z]{3}_[A-Z_]+$/.test(name) || entry.means.length < 10 || entry.operator.length < 10);
    expect(odd.map(([name]) => name)).toEqual([]);
  });

  it.each([{ language: 'kk', texts: kk }, { language: 'ru', texts: ru }, { language: 'en', texts: en }])('has a text in $language for each customer who meets one', ({ texts }) => {
    const keys = entries.flatMap(([, entry]) => (entry.customer === null ? [] : [entry.customer]));
    expect(keys.length).toBeGreaterThan(20);
    expect(keys.filter((key) => !Object.hasOwn(texts, key))).toEqual([]);
  });

  it('is in the handbook as it is now (npm run handbook writes it)', () => {
    expect(textOf(HANDBOOK)).toBe(errorHandbook(ERROR_CATALOGUE));
  });

  it('has one row of the handbook for each code', () => {
    const rows = textOf(HANDBOOK).split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.map((line) => /^\| `([A-Z_]+)` \|/.exec(line)?.[1])).toEqual(Object.keys(ERROR_CATALOGUE));
  });
});
