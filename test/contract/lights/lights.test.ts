import { describe, expect, it } from 'vitest';
import type { LightBoard } from '../../../drivers/interfaces/lights.ts';
import { LAMPS, LIGHT_PATTERNS } from '../../../drivers/interfaces/lights.ts';
import { createProtocolRig, protocolsOf } from '../../support/protocol-rig.ts';
import { lifeContract } from '../life.contract.ts';

describe.each(protocolsOf('lights'))('Lights contract on %s', (protocol) => {
  lifeContract<LightBoard>(protocol, (lights) => lights.set('pinPad', 'slowFlash'));

  const readyRig = async () => {
    const rig = await createProtocolRig<LightBoard>(protocol);
    await rig.ready();
    return rig;
  };

  it('lights each lamp in each way, and says which way it is', async () => {
    const rig = await readyRig();
    for (const lamp of LAMPS) {
      for (const pattern of LIGHT_PATTERNS) {
        expect(await rig.settle(rig.device.set(lamp, pattern))).toEqual({ kind: 'completed', value: undefined });
        expect(rig.device.pattern(lamp)).toBe(pattern);
      }
    }
    expect(Object.values(rig.world()['lights'] as object)).toEqual(LAMPS.map(() => 'quick'));
  });

  it.each([['darken', null], ['powerOff', 'powerOn'], ['unplug', 'plug']])('lights what is wanted again after %s, also what was wished meanwhile', async (off, on) => {
    const rig = await readyRig();
    await rig.settle(rig.device.set('cardReader', 'quickFlash'));
    rig.hand({ do: off });
    if (on !== null) {
      expect(await rig.until(() => rig.device.status().state === 'offline')).toBe(true);
      expect(rig.device.pattern('cardReader')).toBeNull();
      expect((await rig.settle(rig.device.set('status', 'continuous'))).kind).toBe('failed');
      rig.hand({ do: on });
    }
    const lit = () => rig.world()['lights'] as Readonly<Record<string, string>>;
    expect(await rig.until(() => lit()['cardReader'] === 'quick' && (on === null || lit()['statusInService'] === 'continuous'), 60_000)).toBe(true);
  });

  it.each(['silence', 'completionLost', 'connectionLost', 'hardwareError'])('has failed where %s came between, and is set when it can be', async (fault) => {
    const rig = await readyRig();
    rig.hand({ do: 'fault', fault });
    expect((await rig.settle(rig.device.set('pinPad', 'continuous'))).kind).toBe('failed');
    expect(await rig.until(() => rig.device.status().state === 'ready' && rig.device.pattern('pinPad') === 'continuous', 60_000)).toBe(true);
    expect((rig.world()['lights'] as Readonly<Record<string, string>>)['pinPad']).toBe('continuous');
  });
});
