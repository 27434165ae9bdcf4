import { describe, expect, it } from 'vitest';
import { ageText } from '../../../main/cli/age-text.ts';
import { atLeast, atMost, percentile } from '../../../main/cli/bench/figure.ts';
import { answerOf } from '../../../main/cli/doctor.ts';
import { good, note, wrong } from '../../../main/cli/doctor/check.ts';
import { hexBytes } from '../../../main/cli/hex-bytes.ts';
import { textTable } from '../../../main/cli/text-table.ts';

describe('text of the command line', () => {
  it('aligns columns, numbers at the right, and leaves no blanks at line ends', () => {
    expect(textTable([{ title: 'seq', align: 'right' }, { title: 'state' }], [['7', 'ready'], ['12', '']])).toBe('seq  state\n  7  ready\n 12');
  });

  it('cuts what is too long and lets no control character through', () => {
    expect(textTable([{ title: 'x', widthMax: 4 }], [['abcdefg'], ['a\u001b[2Jb'.slice(0, 3)], ['a\nb']])).toBe('x\nabc…\na [\na b');
  });

  it.each([[-5, '0 s'], [999, '0 s'], [1000, '1 s'], [59_999, '59 s'], [60_000, '1 min'], [3_600_000, '1 h'], [86_400_000 * 3 + 1, '3 d']])('says %i ms as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text);
  });
});

describe('bytes in hexadecimal', () => {
  it.each([[['02', '03', '06']], [['020306']], [['0203', '06']], [['0x02,0x03,0x06']], [['02:03-06']], [['0 2 0 3 0 6']], [[' 02\n03  06 ']]])('reads %j', (parts) => {
    const bytes = hexBytes(parts);
    expect(bytes.ok && [...bytes.value]).toEqual([2, 3, 6]);
  });

  it.each(['', '0z', '020', '02 3 06 4'])('refuses %j in words', (text) => {
    expect(hexBytes([text])).toEqual({ ok: false, error: expect.stringMatching(/\w/) as unknown });
  });

  it('does not shift bytes when one lacks a digit, although the sum of digits is even', () => {
    expect(hexBytes(['02', '3', '6', '04']).ok).toBe(false);
  });
});

describe('verdict of the doctor', () => {
  it('is good although something that the core does not need is missing', () => {
    expect(answerOf([good('node', 'v24'), note('display', 'none', 'plug one in')], 1)).toMatchObject({ exitCode: 0, json: { ok: true, wrongCount: 0 } });
  });

  it('is bad with the given exit code, and names what to do', () => {
    const answer = answerOf([good('node', 'v24'), wrong('disk', 'full', 'free some')], 78);
    expect(answer).toMatchObject({ exitCode: 78, json: { ok: false, wrongCount: 1 } });
    expect(answer.text).toContain('free some');
  });
});

describe('figures', () => {
  it('compares with the aim on both sides of it', () => {
    expect([atMost(5, { name: 'a', unit: 'ms' }, 5).ok, atMost(5, { name: 'a', unit: 'ms' }, 5.001).ok]).toEqual([true, false]);
    expect([atLeast(50, { name: 'a', unit: 'MB/s' }, 50).ok, atLeast(50, { name: 'a', unit: 'MB/s' }, 49.99).ok]).toEqual([true, false]);
  });

  it('takes percentiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1), percentile([7], 0.99)]).toEqual([50, 99, 100, 7]);
  });
});
