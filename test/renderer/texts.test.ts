import { describe, expect, it } from 'vitest';
import { REFUSAL_CODES, refusalTextCode } from '../../main/foundation/refusals.ts';
import { HOST_OPERATIONS } from '../../main/contracts/host-operations.ts';
import { TROUBLE_CODES } from '../../main/core/guards/troubles.ts';
import { SUSPENSE_REASONS } from '../../main/journal/journal.ts';
import { TEXT_KEYS } from '../../main/contracts/text-keys.ts';
import { en } from '../../renderer/text/en.ts';
import { kk } from '../../renderer/text/kk.ts';
import { ru } from '../../renderer/text/ru.ts';
import { isTextId, textOf } from '../../renderer/text/use-text.ts';

const TABLES = { kk, ru, en } as const;
const ids = Object.keys(kk) as (keyof typeof kk)[];

/** Names in braces and tags, without the inner words of plural forms. */
function holesOf(message: string): string[] {
  const names = [...message.matchAll(/\{(\w+)(?=[,}])/g)].map(([, name]) => name as string);
  const tags = [...message.matchAll(/<\/?(\w+)>/g)].map(([tag]) => tag);
  return [...new Set([...names, ...tags])].sort();
}

describe('texts of the window', () => {
  it('name every message to the bank for the technician', () => {
    expect(Object.keys(HOST_OPERATIONS).filter((operation) => !isTextId(`service.host.${operation}`))).toEqual([]);
  });

  it('say of every kind of money in doubt what it means and what to do', () => {
    expect(SUSPENSE_REASONS.flatMap((reason) => [`service.suspense.${reason}`, `service.suspense.${reason}.about`]).filter((id) => !isTextId(id))).toEqual([]);
  });

  it('name every trouble of the whole terminal, with what to do', () => {
    expect(TROUBLE_CODES.flatMap((code) => [`trouble.${code}`, `trouble.${code}.do`]).filter((id) => !isTextId(id))).toEqual([]);
  });

  it.each(['ru', 'en'] as const)('%s has exactly the keys of Kazakh', (language) => {
    expect(Object.keys(TABLES[language]).sort()).toEqual([...ids].sort());
  });

  it.each(['ru', 'en'] as const)('%s has the placeholders and tags of Kazakh', (language) => {
    const different = ids.filter((id) => holesOf(TABLES[language][id]).join() !== holesOf(kk[id]).join());
    expect(different.map((id) => `${id}: ${TABLES[language][id]}`)).toEqual([]);
  });

  it.each(['kk', 'ru', 'en'] as const)('%s: each message can be formatted', (language) => {
    for (const id of ids) {
      const values = Object.fromEntries(holesOf(TABLES[language][id]).filter((hole) => !hole.startsWith('<')).map((hole) => [hole, hole === 'count' || hole === 'seconds' ? 2 : `«${hole}»`]));
      expect(textOf(language, id, values)).not.toMatch(/[{}<>]/);
    }
  });

  it('names every key by which the core may name a text, and every refusal', () => {
    expect(TEXT_KEYS.filter((key) => !isTextId(key))).toEqual([]);
    expect(REFUSAL_CODES.map((code) => `rf.${refusalTextCode(code)}`).filter((key) => !isTextId(key))).toEqual([]);
  });

  it.each(['kk', 'ru'] as const)('%s: no Latin look-alike in a Cyrillic word', (language) => {
    const mixed = ids.filter((id) => /[\u0400-\u04FF][A-Za-z\u0259\u018F\u00C0-\u024F]|[A-Za-z\u0259\u018F\u00C0-\u024F][\u0400-\u04FF]/u.test(TABLES[language][id].replaceAll(/\{\w+|<\/?\w+>|\b(?:one|few|many|other|plural)\b/g, ' ')));
    expect(mixed.map((id) => `${id}: ${TABLES[language][id]}`)).toEqual([]);
  });

  it('writes the Kazakh schwa as U+04D8 and U+04D9', () => {
    const all = Object.values(kk).join(' ');
    expect(all).toMatch(/[\u04D8\u04D9]/);
    expect(all).not.toMatch(/[\u0259\u018F\u01DD]/);
  });

  it.each([
    [1, '1 купюра'],
    [3, '3 купюры'],
    [11, '11 купюр'],
    [22, '22 купюры'],
    [25, '25 купюр'],
  ])('counts notes in Russian: %i', (count, words) => {
    expect(textOf('ru', 'cashIn.notes', { count })).toBe(words);
  });
});
