import { describe, expect, it } from 'vitest';
import { ERROR_CATALOGUE } from '../../main/foundation/error-catalogue.ts';
import { codeFiles, textOf } from './source-files.ts';

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
});
