import { expect, it } from 'vitest';
import type { Device } from '../../drivers/interfaces/device.ts';
import { createProtocolRig } from '../support/protocol-rig.ts';

/** Fed by the cable, or only heard: without power on a live cable they are as quiet as with nothing to say. */
const SILENT_WITHOUT_POWER: readonly string[] = ['magtek-hid', 'hid-pos-scanner', 'pc-sc'];

/** What every device promises beside its class: it comes up, comes back, goes off, and each command given at any of these moments is answered. */
export function lifeContract<D extends Device>(protocol: string, command: (device: D) => Promise<{ readonly kind: string }>): void {
  it('comes up by itself, says what it is, and is off when stopped', async () => {
    const rig = await createProtocolRig<D>(protocol);
    expect(rig.device.status()).toMatchObject({ state: 'offline', protocol });
    await rig.ready();
    expect(rig.device.status().faults).toEqual([]);
    await rig.settle(rig.device.stop());
    expect(rig.device.status().state).toBe('offline');
  });

  it('answers before its start and after its stop: nothing was done', async () => {
    const rig = await createProtocolRig<D>(protocol);
    expect((await rig.settle(command(rig.device))).kind).toBe('failed');
    await rig.ready();
    await rig.settle(rig.device.stop());
    expect((await rig.settle(command(rig.device))).kind).toBe('failed');
  });

  const losses = SILENT_WITHOUT_POWER.includes(protocol) ? [['unplug', 'plug']] : [['unplug', 'plug'], ['powerOff', 'powerOn']];
  it.each(losses)('is lost by %s and back by %s, and works as before', async (off, on) => {
    const rig = await createProtocolRig<D>(protocol);
    await rig.ready();
    rig.hand({ do: off });
    expect(await rig.until(() => rig.device.status().state === 'offline'), 'it is seen to be gone').toBe(true);
    rig.hand({ do: on });
    expect(await rig.until(() => rig.device.status().state === 'ready'), 'it is back').toBe(true);
    expect((await rig.settle(command(rig.device))).kind).toBe('completed');
  });
}
