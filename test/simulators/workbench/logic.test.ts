import { describe, expect, it } from 'vitest';
import type { ScreenModel } from '../../../main/contracts/screen-model.ts';
import { armedAfter, armedInWorld } from '../../../simulators/workbench/armed-faults.ts';
import { condenseWorld } from '../../../simulators/workbench/condense-world.ts';
import { readTimelineLine } from '../../../simulators/workbench/core-timeline.ts';
import { formatMoney, inWords, maskPhone } from '../../../simulators/workbench/page/logic/format.ts';
import { nextStep } from '../../../simulators/workbench/page/logic/next-step.ts';
import { entryOf, stretchesOf } from '../../../simulators/workbench/page/logic/timeline.ts';
import { codeOf } from '../../../simulators/workbench/page/logic/worlds.ts';

const frame = { revision: 1, language: 'en', terminal: { number: '0427', helpNumber: '0000' }, display: { lowReach: false, largeText: false, highContrast: false, voice: false }, timeLimit: null, intents: [], toast: null, beneath: null } as const;
const show = (screen: object): ScreenModel => ({ ...frame, ...screen }) as unknown as ScreenModel;
const idle = { isReceiptWaiting: false, noteUnderWay: false, inReachCount: 0 };

describe('the lever to try next', () => {
  it('follows the screen from the first touch to the notes', () => {
    expect(nextStep(show({ screen: 'attract', data: {} }), idle)).toMatchObject({ lever: 'strip', touch: { kind: 'touch' } });
    expect(nextStep(show({ screen: 'identify-phone', data: {} }), idle).lever).toBe('phone');
    expect(nextStep(show({ screen: 'otp', data: { state: 'awaitingEntry' } }), idle).lever).toBe('phone');
    expect(nextStep(show({ screen: 'cash-in', data: { noteState: 'waiting', canFinish: false, noteCount: 0 } }), idle).lever).toBe('feeder');
    expect(nextStep(show({ screen: 'cash-in', data: { noteState: 'waiting', canFinish: true, noteCount: 2 } }), idle)).toMatchObject({ lever: 'strip', touch: { kind: 'next' } });
    expect(nextStep(show({ screen: 'take-cash', data: {} }), { ...idle, inReachCount: 2 }).lever).toBe('mouth');
    expect(nextStep(show({ screen: 'take-cash', data: {} }), idle).lever).toBe('none');
    expect(nextStep(show({ screen: 'take-cash', data: {}, intents: ['next'] }), idle)).toMatchObject({ lever: 'strip', touch: { kind: 'next' } });
    expect(nextStep(show({ screen: 'take-receipt', data: {} }), { ...idle, isReceiptWaiting: true }).lever).toBe('receipt');
  });

  it('is nowhere while the machine works', () => {
    expect(nextStep(show({ screen: 'processing', data: {} }), idle).lever).toBe('none');
    expect(nextStep(show({ screen: 'otp', data: { state: 'verifying' } }), idle).lever).toBe('none');
    expect(nextStep(show({ screen: 'cash-in', data: { noteState: 'waiting', canFinish: true, noteCount: 1 } }), { ...idle, noteUnderWay: true }).lever).toBe('none');
    expect(nextStep(null, idle).lever).toBe('none');
  });

  it('passes over what is off in the menu', () => {
    const operations = [{ operation: 'op-01', available: false, reason: 'cashInFull' }, { operation: 'op-10', available: true, reason: null }];
    expect(nextStep(show({ screen: 'menu', data: { operations } }), idle).touch).toEqual({ kind: 'chooseOperation', operation: 'op-10' });
  });
});

describe('what the page reads', () => {
  it('finds the code in a code message and nowhere else', () => {
    const message = { atUtcMs: 0, channel: 'sms', kind: 'code', text: 'Qolma: your code for the terminal is 481902. Valid for 15 minutes.' };
    expect(codeOf(message)).toBe('481902');
    expect(codeOf({ ...message, kind: 'receipt' })).toBeNull();
    expect(codeOf(undefined)).toBeNull();
  });

  it('writes money, names and telephones as the look says', () => {
    expect([formatMoney(1_250_000), formatMoney(-50), formatMoney(0), formatMoney(100_000_050)]).toEqual(['12\u2009500\u00a0₸', '\u2212\u20090,50\u00a0₸', '0\u00a0₸', '1\u2009000\u2009000,50\u00a0₸']);
    expect(maskPhone('+77000001234')).toBe('+7 7•• ••• 12 34');
    expect([inWords('jamInHead'), inWords('http500'), inWords('afterStackedAck')]).toEqual(['Jam in head', 'Http 500', 'After stacked ack']);
  });

  it('puts each event on its lane', () => {
    const laneOf = (target: string, event: string, fields = {}) => entryOf({ target, event, fields, atUtcMs: 0 }).lane;
    expect(laneOf('acceptor', 'noteMoved', { from: 'customer', to: 'head', denominationMinor: 500_000 })).toBe('customer');
    expect(laneOf('acceptor', 'noteMoved', { from: 'escrow', to: 'transport', denominationMinor: 500_000 })).toBe('devices');
    expect(laneOf('wire', 'bytes', { deviceId: 'acceptor', direction: 'TX', hex: '02', byteCount: 1 })).toBe('devices');
    expect(laneOf('bank', 'host.operation.answered', { operation: 'otp.request', outcome: 'approved' })).toBe('host');
    expect(laneOf('core', 'journal', { entryNumber: 1, kind: 'outcome.stack' })).toBe('journal');
    const screens = [['attract', 10], ['attract', 20], ['menu', 30]].map(([screen, atUtcMs]) => ({ target: 'core', event: 'screen', fields: { screen: String(screen), revision: 1 }, atUtcMs: Number(atUtcMs) }));
    expect(stretchesOf(screens, 50)).toEqual([{ screen: 'attract', fromUtcMs: 10, toUtcMs: 30 }, { screen: 'menu', fromUtcMs: 30, toUtcMs: 50 }]);
  });
});

describe('what the server passes on', () => {
  it('reads armed faults in each form, and follows the bank by its events', () => {
    expect(armedInWorld({ faults: [{ fault: 'jam', at: 'now', times: 2 }] })).toEqual([{ fault: 'jam', at: 'now', times: 2 }]);
    expect(armedInWorld({ armedFaults: [{ fault: 'jam', at: 'cut', timesLeft: 1 }] })).toEqual([{ fault: 'jam', at: 'cut', times: 1 }]);
    expect(armedInWorld({ faults: [{ fault: 'refuse', timesLeft: 1 }] })).toEqual([{ fault: 'refuse', at: null, times: 1 }]);
    expect(armedInWorld(null)).toEqual([]);
    const event = (name: string, fields: object) => ({ target: 'bank', event: name, fields: { ...fields }, atUtcMs: 0 });
    let armed = armedAfter([], event('host.fault.armed', { fault: 'silence', operation: 'cash.deposit', times: 2 }));
    armed = armedAfter(armed, event('host.fault.fired', { fault: 'silence', operation: 'fee.quote' }));
    expect(armed).toEqual([{ fault: 'silence', at: 'cash.deposit', times: 2 }]);
    armed = armedAfter(armed, event('host.fault.fired', { fault: 'silence', operation: 'cash.deposit' }));
    expect(armed).toEqual([{ fault: 'silence', at: 'cash.deposit', times: 1 }]);
    expect(armedAfter(armed, event('host.fault.cleared', {}))).toEqual([]);
  });

  it('keeps worlds small: lists cut, lists of notes left out', () => {
    expect(condenseWorld({ notes: [1], documents: Array.from({ length: 100 }, (_, index) => index), deep: { serials: [], value: 1 } })).toEqual({ documents: Array.from({ length: 40 }, (_, index) => index + 60), deep: { value: 1 } });
  });

  it('takes of a journal entry its number, kind and figures, and nothing that names a person', () => {
    const line = { atUtcMs: 5, area: 'journal', entryNumber: 9, kind: 'client.found', data: { maskedName: 'А••••• Б.', phone: '+7', amountMinor: 100, noteCount: 1 }, operationId: 'x' };
    expect(readTimelineLine(JSON.stringify(line))).toEqual({ target: 'core', event: 'journal', atUtcMs: 5, fields: { entryNumber: 9, kind: 'client.found', amountMinor: 100, noteCount: 1 } });
    expect(readTimelineLine('{"area":"screen","atUtcMs":5,"screen":"menu","revision":3}')).toEqual({ target: 'core', event: 'screen', atUtcMs: 5, fields: { screen: 'menu', revision: 3 } });
    for (const text of ['', '{', '{"area":"other"}']) expect(readTimelineLine(text)).toBeNull();
  });
});
