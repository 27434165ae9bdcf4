import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createActor, toPromise } from 'xstate';
import type { LampName } from '../../../drivers/interfaces/lights.ts';
import type { ScreenData, ScreenId } from '../../../main/contracts/screen-model.ts';
import { delay } from '../../../main/foundation/clock.ts';
import { serviceActors } from '../../../main/core/service/service-actors.ts';
import { DeskWorld, IMPATIENT, SAMPLE } from '../../support/virtual-desk.ts';

/** The place where the terminal stands, on a whole terminal: mains, doors, tamper contact, guidance lights, the watchdog. */
let world: DeskWorld;
beforeEach(() => {
  world = new DeskWorld({ limits: IMPATIENT, hasOperatorKey: true, hasAuxiliaries: true });
});
afterEach(() => world.stop());

const hand = (device: 'switches' | 'powerSupply' | 'watchdog', command: object) => expect(world[device].control(command)).toMatchObject({ ok: true });
const outReason = () => (world.model.screen === 'out-of-service' ? world.data('out-of-service').reason : null);
const untilOut = (reason: ScreenData<'out-of-service'>['reason']) => world.when(() => outReason() === reason, `out of service: ${reason}`, 60_000);
const troubles = () => (world.model.screen === 'service-login' ? world.data('service-login').troubles : []);
const kinds = (prefix: string) => world.entries().map((one) => one.kind).filter((kind) => kind.startsWith(prefix));
const lamp = (name: LampName) => (world.switches.world() as { readonly lamps: string }).lamps['cardReader cashAcceptor cashDispenser receiptPrinter barcodeReader pinPad status'.split(' ').indexOf(name)];
const board = () => world.watchdog.world() as { readonly computerResetCount: number; readonly modemResetCount: number; readonly isTimerOn: boolean; readonly pingCount: number };

async function technician(): Promise<void> {
  hand('switches', { do: 'turnKey', on: true });
  await world.until('service-login');
}

/** Of the sample bank: the first password must be changed. */
async function logIn(): Promise<void> {
  await world.press('serviceLogin', { login: 't-014', password: 'Qolma-2026' });
  await untilReal('service-password');
  await world.press('servicePassword', { current: 'Qolma-2026', next: 'Terminal-0427', repeat: 'Terminal-0427' });
  await untilReal('service-status');
}

/** Passwords are hashed on threads that know no virtual time. */
const untilReal = (screen: ScreenId) =>
  expect.poll(async () => {
    await world.clock.advance(10);
    return world.model.screen;
  }, { interval: 10 }).toBe(screen);

describe('mains lost', () => {
  it('serves nobody new, says so to the key holder, and goes on by itself', async () => {
    await world.boot();
    hand('powerSupply', { do: 'mains', on: false });
    await untilOut('power');
    await technician();
    expect(troubles()).toMatchObject([{ code: 'SIU_ON_BATTERY' }]);
    expect(troubles()[0]?.detail).toMatch(/^on battery, \d+ %, \d+ min left$/);
    hand('switches', { do: 'turnKey', on: false });
    hand('powerSupply', { do: 'mains', on: true });
    await world.boot();
    expect(world.dataOf('power.changed').map(({ source }) => source)).toEqual(['mains', 'battery', 'mains']);
    expect(world.givenUp).toEqual([]);
  });

  it('lets the customer who is there finish, and offers him nothing more', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    hand('powerSupply', { do: 'mains', on: false });
    await world.clock.advance(4_000);
    await world.insertCounted(200_000);
    await world.press('next');
    await world.until('result-success');
    await world.press('anotherOperation');
    await world.until('menu');
    expect(world.data('menu').operations.map((tile) => tile.reason)).toEqual(['closing', 'closing', 'closing']);
    await untilOut('power');
    expect(world.money()).toMatchObject({ boxMinor: 700_000, acceptedMinor: 700_000 });
  });

  it('is not forgotten when the UPS falls silent', async () => {
    await world.boot();
    hand('powerSupply', { do: 'mains', on: false });
    await untilOut('power');
    hand('powerSupply', { do: 'unplug' });
    await world.clock.advance(60_000);
    expect([outReason(), world.parts.devices.powerSupply?.status().state]).toEqual(['power', 'offline']);
    hand('powerSupply', { do: 'mains', on: true });
    hand('powerSupply', { do: 'plug' });
    await world.boot();
  });

  it('is nothing that a silent UPS tells: the terminal works on', async () => {
    await world.boot();
    hand('powerSupply', { do: 'unplug' });
    await world.clock.advance(60_000);
    expect(world.model.screen).toBe('attract');
  });
});

describe('a battery that is nearly empty', () => {
  const low = () => {
    hand('powerSupply', { do: 'mains', on: false });
    hand('powerSupply', { do: 'setCharge', percent: 4 });
  };

  it('closes an idle terminal in order: journal closed, board disarmed', async () => {
    await world.boot();
    low();
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 60_000);
    expect(world.givenUp[0]?.code).toBe('SIU_BATTERY_LOW');
    await world.stopCore();
    expect(board()).toMatchObject({ isTimerOn: false });
    world.restart();
    await untilOut('power');
    expect(world.isJournalOpen).toBe(false);
    hand('powerSupply', { do: 'mains', on: true });
    hand('powerSupply', { do: 'setCharge', percent: 60 });
    await world.boot();
    expect(world.dataOf('terminal.stopped')).toEqual([{ reason: 'batteryLow' }]);
    expect(board()).toMatchObject({ isTimerOn: true, computerResetCount: 0 });
  });

  it('in the middle of a deposit: what is inside is credited, the note on its way goes back, nothing new is taken', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    low();
    await world.when(() => world.parts.site.isClosing, 'the terminal closes', 30_000);
    const entered = world.surroundings.acceptor.control({ do: 'insertNote', denominationMinor: 200_000, kind: 'genuine' });
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 120_000);
    expect(world.money()).toMatchObject({ boxMinor: 500_000, stuckInMinor: 0, acceptedMinor: 500_000, retainedMinor: 0 });
    expect(entered.ok).toBe(false);
    expect(world.dataOf('session.ended')).toEqual([{ reason: 'closing' }]);
    world.restart();
    hand('powerSupply', { do: 'mains', on: true });
    hand('powerSupply', { do: 'setCharge', percent: 60 });
    await world.boot();
    await world.settleQueue();
    expect(world.money()).toMatchObject({ boxMinor: 500_000, acceptedMinor: 500_000 });
  });

  it('while the acceptor is being opened: it is shut again, and nothing is taken', async () => {
    await world.boot();
    await world.toIntro();
    const { acceptor } = world.parts.devices;
    const asked = vi.spyOn(acceptor!, 'enable').mockImplementationOnce(async (request) => {
      // Slow to answer, as a line that is disturbed for a moment makes it.
      await delay(world.clock, 15_000);
      return acceptor!.enable(request);
    });
    await world.press('next');
    await world.when(() => asked.mock.calls.length === 1, 'the acceptor is asked', 10_000);
    low();
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 120_000);
    expect(kinds('acceptor.enabled')).toEqual([]);
    expect(world.surroundings.acceptor.control({ do: 'insertNote', denominationMinor: 200_000, kind: 'genuine' }).ok).toBe(false);
    expect(world.money()).toMatchObject({ boxMinor: 0, stuckInMinor: 0 });
  });

  it('between authorisation and pay-out: no note moves, the bank is told that none did', async () => {
    await world.boot();
    await world.toWithdrawalConfirm(1_000_000);
    world.arm('slow', 'cash.withdraw', { delayMs: 8_000 });
    await world.press('next');
    await world.until('processing');
    low();
    await world.until('result-refused');
    await world.clock.advance(world.model.timeLimit!.remainingMs - 100);
    // His reference: the battery lets him read it.
    expect([world.model.screen, world.data('result-refused').reference]).toEqual(['result-refused', expect.stringMatching(/-/)]);
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 120_000);
    expect(world.kinds().filter((kind) => kind === 'intent.dispense')).toEqual([]);
    expect(world.dataOf('withdrawal.completed').map(({ outcome }) => outcome)).toEqual(['none']);
    expect(world.money()).toMatchObject({ outMinor: 0, presentedMinor: 0 });
  });

  it('on mains it only waits for the charge', async () => {
    await world.boot();
    hand('powerSupply', { do: 'setCharge', percent: 4 });
    await untilOut('power');
    hand('powerSupply', { do: 'setCharge', percent: 60 });
    await world.boot();
    expect(world.givenUp).toEqual([]);
  });
});

describe('doors and the tamper contact', () => {
  it.each(['safe', 'cabinet'])('the %s door: out of service while it is open', async (door) => {
    await world.boot();
    hand('switches', { do: 'openDoor', door });
    await untilOut('door');
    await technician();
    expect(troubles()).toMatchObject([{ code: 'SIU_DOOR_OPEN', detail: door }]);
    hand('switches', { do: 'turnKey', on: false });
    hand('switches', { do: 'closeDoor', door });
    await world.boot();
    expect(kinds('door.')).toEqual(['door.opened', 'door.closed']);
  });

  it('tampered: journaled, told to the bank, and kept until a technician clears it', async () => {
    await world.boot();
    hand('switches', { do: 'tamper', on: true });
    await untilOut('security');
    hand('switches', { do: 'tamper', on: false });
    await world.settleQueue();
    expect(world.journal.messages({ limit: 100 }).filter(({ operation }) => operation === 'device.exception').map(({ state }) => state)).toEqual(['executed']);
    world.restart();
    await untilOut('security');
    await technician();
    await logIn();
    expect(world.data('service-status').troubles).toMatchObject([{ code: 'SIU_TAMPERED', detail: 'the contact is at rest' }]);
    // The page offers the reset of what has a fault.
    expect(world.data('service-status').devices.filter(({ level }) => level !== 'ok')).toMatchObject([{ deviceId: 'switches', level: 'attention', faults: ['SIU_TAMPERED'] }]);
    await world.press('serviceReset', { deviceId: 'switches' });
    await world.when(() => world.model.screen === 'service-status' && world.data('service-status').troubles.length === 0, 'it is cleared');
    expect(world.data('service-status').devices.find(({ deviceId }) => deviceId === 'switches')?.faults).toEqual([]);
    hand('switches', { do: 'turnKey', on: false });
    await world.boot();
    expect(kinds('security.')).toEqual(['security.raised', 'security.cleared']);
  });
});

describe('whoever may only look', () => {
  it('is offered no act, and none of his is done', async () => {
    world.bank.database.prepare("UPDATE staff SET account_json = json_set(account_json, '$.level', 'viewer') WHERE login = 't-014'").run();
    await world.boot();
    hand('switches', { do: 'tamper', on: true });
    await untilOut('security');
    hand('switches', { do: 'tamper', on: false });
    await world.settleQueue();
    await technician();
    await logIn();
    expect(world.model.intents).toEqual(['serviceShow', 'serviceLogout', 'activity']);
    const staff = { login: 't-014', name: 'T.', level: 'viewer' } as const;
    const { resetDevice, retryMessage, restartByBoard } = serviceActors(() => world.parts, () => expect.unreachable());
    const acts = [createActor(resetDevice, { input: { staff, deviceId: 'switches' } }), createActor(retryMessage, { input: { staff, messageId: 'any' } }), createActor(restartByBoard, { input: { staff, what: 'modem' } })];
    for (const one of acts) one.start();
    await Promise.all(acts.map((one) => toPromise(one)));
    expect([world.data('service-status').troubles.map(({ code }) => code), board().modemResetCount]).toEqual([['SIU_TAMPERED'], 0]);
    await world.press('serviceShow', { page: 'queue' });
    expect(world.model.intents).toEqual(['serviceShow', 'serviceLogout', 'activity']);
    await world.press('serviceShow', { page: 'suspense' });
    expect(world.model.intents).toEqual(['serviceShow', 'serviceLogout', 'activity']);
    expect(world.dataOf('service.acted').filter(({ login }) => login === 't-014').map(({ action }) => action)).toEqual(['password.changed']);
  });
});

describe('the operator\'s key', () => {
  it('turned at the notice of a part that is missing leads to service mode, no customer into a session', async () => {
    await world.boot();
    world.hands('dispenser', { do: 'unplug' });
    await world.when(() => world.data('attract').operations.some(({ available }) => !available), 'the dispenser is missed', 60_000);
    await world.press('touch');
    await world.when(() => world.model.screen === 'out-of-service' && world.data('out-of-service').scope === 'partial', 'the notice');
    hand('switches', { do: 'turnKey', on: true });
    await world.clock.advance(3_000);
    expect(world.model.screen).toBe('service-login');
  });
});

describe('what happens while the disk takes nothing', () => {
  beforeEach(async () => {
    await world.boot();
    world.isDiskFull = true;
    hand('switches', { do: 'openDoor', door: 'safe' });
    hand('switches', { do: 'tamper', on: true });
    await world.clock.advance(3_000);
    hand('switches', { do: 'tamper', on: false });
    hand('switches', { do: 'closeDoor', door: 'safe' });
    await world.clock.advance(20_000);
    world.isDiskFull = false;
  });
  const alarms = () => world.journal.messages({ limit: 100 }).filter(({ operation }) => operation === 'device.exception').map(({ state }) => state);

  it('is written, and told to the bank, once it takes again', async () => {
    await untilOut('security');
    await world.clock.advance(20_000);
    expect([kinds('door.'), kinds('security.')]).toEqual([['door.opened', 'door.closed'], ['security.raised']]);
    await world.settleQueue();
    expect(alarms()).toEqual(['executed']);
    world.restart();
    await untilOut('security');
  });

  it('is written before somebody clears it', async () => {
    expect(world.parts.site.clearTamper('t-014')).toBe(true);
    expect(kinds('security.')).toEqual(['security.raised', 'security.cleared']);
    await world.settleQueue();
    expect(alarms()).toEqual(['executed']);
    await world.boot();
  });
});

describe('guidance lights', () => {
  it('flash where the customer acts, and are dark when he is done', async () => {
    await world.boot();
    await world.clock.advance(3_000);
    expect([lamp('cashAcceptor'), lamp('status')]).toEqual(['0', '1']);
    await world.toCashIn();
    await world.clock.advance(100);
    expect(lamp('cashAcceptor')).toBe('3');
    await world.insertCounted(500_000);
    await world.press('next');
    await world.until('result-success');
    await world.clock.advance(100);
    expect(lamp('cashAcceptor')).toBe('0');
    await world.press('next');
    await world.when(() => world.model.screen === 'take-receipt' && !world.data('take-receipt').printing, 'the receipt is out');
    await world.clock.advance(100);
    expect(lamp('receiptPrinter')).toBe('4');
    await world.boot();
    await world.toWithdrawalConfirm(1_000_000, SAMPLE.phone);
    await world.press('next');
    await world.until('take-cash');
    await world.clock.advance(100);
    expect([lamp('cashDispenser'), lamp('receiptPrinter')]).toEqual(['4', '0']);
  });
});

describe('the watchdog', () => {
  it('is fed by a core that lives, through a whole visit', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    await world.press('next');
    await world.until('result-success');
    await world.clock.advance(300_000);
    expect(board()).toMatchObject({ isTimerOn: true, computerResetCount: 0 });
    expect(board().pingCount).toBeGreaterThan(20);
  });

  it('restarts the computer of a core that is dead, and the next one settles what was under way', async () => {
    await world.boot();
    await world.toCashIn();
    await world.insertCounted(500_000);
    world.die();
    await world.clock.advance(35_000);
    expect(board()).toMatchObject({ computerResetCount: 1 });
    world.restart();
    await world.when(() => !world.model.screen.startsWith('out'), 'it is up', 60_000);
    await world.boot();
    await world.settleQueue();
    expect(world.money()).toMatchObject({ boxMinor: 500_000, acceptedMinor: 500_000 });
  });

  it('restarts the computer of a core whose operation hangs although its timers turn', async () => {
    await world.boot();
    await world.toWithdrawalConfirm(1_000_000);
    const { dispenser } = world.parts.devices;
    if (dispenser === null) throw new Error('no dispenser');
    // A driver that never settles: our own mistake, and nothing on the wire can make it.
    Object.defineProperty(dispenser, 'dispense', { value: () => new Promise(() => {}) });
    await world.press('next');
    await world.clock.advance(280_000);
    expect(board()).toMatchObject({ computerResetCount: 0 });
    await world.clock.advance(120_000);
    expect(board()).toMatchObject({ computerResetCount: 1 });
  });

  it('restarts the modem for a technician, who stands in the journal with it', async () => {
    await world.boot();
    await technician();
    await logIn();
    expect(world.data('service-status').devices.find(({ deviceClass }) => deviceClass === 'watchdog')?.restarts).toEqual(['modem', 'computer']);
    await world.press('serviceRestart', { what: 'modem' });
    await world.clock.advance(1_000);
    expect(board()).toMatchObject({ modemResetCount: 1, computerResetCount: 0 });
    expect(world.dataOf('service.acted').at(-1)).toEqual({ login: 't-014', action: 'modem.restart', target: 'watchdog' });
  });

  it('is left armed by a core that gives up for another one to come', async () => {
    await world.boot();
    world.journalFault = { code: 'JNL_DISK_FAILED', detail: 'fsync' };
    await world.when(() => world.givenUp.length === 1, 'the core gives up', 120_000);
    world.journalFault = null;
    await world.stopCore();
    expect(board()).toMatchObject({ isTimerOn: true });
    await world.clock.advance(31_000);
    expect(board()).toMatchObject({ computerResetCount: 1 });
    world.restart();
    await world.boot();
  });
});
