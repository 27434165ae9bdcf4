import { describe, expect, it } from 'vitest';
import { LAMPS } from '../../../drivers/interfaces/lights.ts';
import type { PowerSupply } from '../../../drivers/interfaces/power-supply.ts';
import type { SwitchName, Switches } from '../../../drivers/interfaces/switches.ts';
import type { Watchdog } from '../../../drivers/interfaces/watchdog.ts';
import { createProtocolRig, protocolsOf } from '../../support/protocol-rig.ts';
import { lifeContract } from '../life.contract.ts';

const HANDS: readonly (readonly [SwitchName, object, object])[] = [
  ['operatorKey', { do: 'turnKey', on: true }, { do: 'turnKey', on: false }],
  ['safeDoor', { do: 'openDoor', door: 'safe' }, { do: 'closeDoor', door: 'safe' }],
  ['cabinetDoor', { do: 'openDoor', door: 'cabinet' }, { do: 'closeDoor', door: 'cabinet' }],
  ['tamper', { do: 'tamper', on: true }, { do: 'tamper', on: false }],
];
type Hand = { readonly do: string };

describe.each(protocolsOf('auxiliaries'))('Switches and Lights contract on %s', (protocol) => {
  lifeContract<Switches>(protocol, (board) => board.lights?.set('cashAcceptor', 'quickFlash') ?? Promise.resolve({ kind: 'completed' }));

  it.each(HANDS)('%s: each change is told once, and the position follows it', async (name, on, off) => {
    const rig = await createProtocolRig<Switches>(protocol);
    const told: boolean[] = [];
    rig.device.onChange((change) => {
      if (change.name === name) told.push(change.on);
    });
    expect(rig.device.position(name)).toBeNull();
    await rig.ready();
    expect(rig.device.position(name)).toBe(false);
    rig.hand(on as Hand);
    await rig.until(() => told.length === 1, 10_000);
    expect([told, rig.device.position(name)]).toEqual([[true], true]);
    rig.hand(off as Hand);
    await rig.until(() => told.length === 2, 10_000);
    await rig.clock.advance(10_000);
    expect([told, rig.device.position(name)]).toEqual([[true, false], false]);
  });

  it('knows no position of a board that is gone, and tells what changed meanwhile when it is back', async () => {
    const rig = await createProtocolRig<Switches>(protocol);
    const told: string[] = [];
    rig.device.onChange(({ name, on }) => told.push(`${name} ${on}`));
    await rig.ready();
    rig.hand({ do: 'unplug' });
    await rig.until(() => rig.device.status().state === 'offline');
    expect(rig.device.position('safeDoor')).toBeNull();
    rig.tryHand({ do: 'openDoor', door: 'safe' });
    rig.hand({ do: 'plug' });
    await rig.until(() => rig.device.position('safeDoor') === true, 60_000);
    expect(told).toEqual(['safeDoor true']);
  });

  it('lights each lamp as wished, also after the board was away', async () => {
    const rig = await createProtocolRig<Switches>(protocol);
    const { lights } = rig.device;
    if (lights === undefined) return;
    await rig.ready();
    for (const lamp of LAMPS) expect((await rig.settle(lights.set(lamp, 'mediumFlash'))).kind).toBe('completed');
    expect(LAMPS.map((lamp) => lights.pattern(lamp))).toEqual(LAMPS.map(() => 'mediumFlash'));
    rig.hand({ do: 'powerOff' });
    await rig.until(() => rig.device.status().state === 'offline');
    expect(lights.pattern('status')).toBeNull();
    await rig.settle(lights.set('status', 'off'));
    rig.hand({ do: 'powerOn' });
    expect(await rig.until(() => lights.pattern('cashAcceptor') === 'mediumFlash', 60_000)).toBe(true);
    expect(lights.pattern('status')).toBe('off');
  });
});

describe.each(protocolsOf('powerSupply'))('PowerSupply contract on %s', (protocol) => {
  lifeContract<PowerSupply>(protocol, (ups) => Promise.resolve({ kind: ups.reading().source === 'unknown' ? 'failed' : 'completed' }));

  it('tells mains, battery, a low one and mains again, each once', async () => {
    const rig = await createProtocolRig<PowerSupply>(protocol);
    const told: string[] = [];
    rig.device.onChange(({ source, isBatteryLow }) => told.push(`${source}${isBatteryLow ? ' low' : ''}`));
    expect(rig.device.reading().source).toBe('unknown');
    await rig.ready();
    for (const [hand, what] of [[{ do: 'mains', on: false }, 'battery'], [{ do: 'setCharge', percent: 3 }, 'battery low'], [{ do: 'mains', on: true }, 'mains low'], [{ do: 'setCharge', percent: 90 }, 'mains']] as const) {
      rig.hand(hand);
      expect(await rig.until(() => told.at(-1) === what, 30_000), what).toBe(true);
    }
    expect(told).toEqual(['mains', 'battery', 'battery low', 'mains low', 'mains']);
  });

  it('knows nothing of a UPS whose word is old', async () => {
    const rig = await createProtocolRig<PowerSupply>(protocol);
    await rig.ready();
    rig.hand({ do: 'loseUps' });
    expect(await rig.until(() => rig.device.reading().source === 'unknown', 120_000)).toBe(true);
    expect(rig.device.status().faults).toContain('SIU_POWER_UNKNOWN');
  });
});

describe.each(protocolsOf('watchdog'))('Watchdog contract on %s', (protocol) => {
  lifeContract<Watchdog>(protocol, (board) => board.arm());

  const resets = (rig: { world(): Readonly<Record<string, unknown>> }) => rig.world()['computerResetCount'];

  it('keeps the computer while it is fed, and not a window longer', async () => {
    const rig = await createProtocolRig<Watchdog>(protocol);
    await rig.ready();
    expect(rig.device.isArmed()).toBe(true);
    for (let second = 0; second < 300; second += 2) {
      rig.device.feed();
      await rig.clock.advance(2_000);
    }
    expect(resets(rig)).toBe(0);
    await rig.clock.advance(60_000);
    expect(resets(rig)).toBe(1);
  });

  it('leaves the computer alone when it is disarmed or stopped in order', async () => {
    const rig = await createProtocolRig<Watchdog>(protocol);
    await rig.ready();
    expect((await rig.settle(rig.device.disarm())).kind).toBe('completed');
    expect(rig.device.isArmed()).toBe(false);
    await rig.clock.advance(120_000);
    await rig.settle(rig.device.arm());
    await rig.settle(rig.device.stop());
    await rig.clock.advance(120_000);
    expect(resets(rig)).toBe(0);
  });

  it('restarts modem and computer when told to, once', async () => {
    const rig = await createProtocolRig<Watchdog>(protocol);
    await rig.ready();
    expect((await rig.settle(rig.device.restartModem())).kind).toBe('completed');
    expect((await rig.settle(rig.device.restartComputer())).kind).toBe('completed');
    expect([rig.world()['modemResetCount'], resets(rig)]).toEqual([1, 1]);
  });
});
