import { describe, expect, it } from 'vitest';
import { ok } from '../../../../main/foundation/outcome.ts';
import type { ControlClient } from '../../../../simulators/control/control-socket.ts';
import { Telephone, wrongCode } from '../../../../simulators/world/scenario/telephone.ts';

const CODE = '271828';
const message = (atUtcMs: number, kind: string, text: string) => ({ atUtcMs, kind, text });

/** A bank with two telephones; the newer code is on the second. */
const bank: ControlClient = {
  send: (_target, command) => {
    if (command.do === 'phones') return Promise.resolve(ok([{ phone: '+77000001234', messageCount: 1 }, { phone: '+77000005678', messageCount: 2 }, { phone: '+77000009999', messageCount: 0 }]));
    if (command['phone'] === '+77000001234') return Promise.resolve(ok([message(1, 'code', 'Qolma: your code for the terminal is 314159. Valid for 15 minutes.')]));
    return Promise.resolve(ok([message(2, 'code', `Qolma: код подтверждения на терминале ${CODE}. Действует 15 минут.`), message(3, 'receipt', 'Чек 0427-000001 на 250000')]));
  },
  onEvent: () => {},
  close: () => {},
};

describe('the telephone of a scripted customer', () => {
  it('reads the newest code, whatever came after it', async () => {
    expect(await new Telephone(bank).newestCode()).toBe(CODE);
  });

  it('finds a code that it has read in a text, and no part of a longer number or word', async () => {
    const telephone = new Telephone(bank);
    await telephone.newestCode();
    expect(telephone.codesIn(`{"code":"${CODE}"}`)).toBe(1);
    for (const text of [`1${CODE}`, `${CODE}7`, `ab${CODE}cd`, 'nothing', '314159']) expect(telephone.codesIn(text), text).toBe(0);
  });

  it('makes a wrong code of the same length from any last digit', () => {
    expect(wrongCode('123459')).toBe('123450');
    expect(wrongCode('1234')).toBe('1235');
  });
});
