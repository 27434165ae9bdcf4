import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BiometricReader, CaptureHint, RecipientKey } from '../../../drivers/interfaces/biometric.ts';
import { createProtocolRig, protocolsOf } from '../../support/protocol-rig.ts';
import { lifeContract } from '../life.contract.ts';

const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
const RECIPIENT: RecipientKey = { kty: 'EC', crv: 'P-256', x: x!, y: y! };
const REQUEST = { modality: 'palmVein', recipient: RECIPIENT, challenge: 'kq3JvXbLk8s1v2nQyR0aTg', timeoutMs: 20_000 } as const;

describe.each(protocolsOf('biometric'))('BiometricReader contract on %s', (protocol) => {
  // A capture that nobody comes to ends by its own time; that it was taken at all is what life has to show.
  lifeContract<BiometricReader>(protocol, async (reader) => {
    const outcome = await reader.capture({ ...REQUEST, timeoutMs: 2_000 });
    return { kind: outcome.kind === 'failed' && outcome.completionCode === 'timeOut' ? 'completed' : outcome.kind };
  });

  const readyRig = async () => {
    const rig = await createProtocolRig<BiometricReader>(protocol);
    const hints: CaptureHint[] = [];
    rig.device.onHint((hint) => hints.push(hint));
    await rig.ready();
    return { ...rig, hints };
  };

  it('hands out a sample that only the recipient can open, and guides the person', async () => {
    const rig = await readyRig();
    const captured = rig.device.capture(REQUEST);
    await rig.clock.advance(1_000);
    rig.hand({ do: 'present', qualityPercent: 80 });
    const outcome = await rig.settle(captured);
    expect(outcome).toMatchObject({ kind: 'completed', value: { modality: 'palmVein', liveness: 'live' } });
    if (outcome.kind === 'completed') expect(outcome.value.sealedSample.split('.')).toHaveLength(5);
    expect(rig.hints.length).toBeGreaterThan(0);
  });

  it.each([['nobody', null, 'timeOut'], ['what does not live', { isLive: false }, 'fraudAttempt']])('hands out nothing of %s', async (_who, presented, completionCode) => {
    const rig = await readyRig();
    const captured = rig.device.capture(REQUEST);
    await rig.clock.advance(1_000);
    if (presented !== null) rig.hand({ do: 'present', ...presented });
    expect(await rig.settle(captured)).toMatchObject({ kind: 'failed', completionCode });
  });

  it('ends when it is cancelled, and at once when the service is gone', async () => {
    const rig = await readyRig();
    const cancelled = rig.device.capture(REQUEST);
    await rig.clock.advance(1_000);
    rig.device.cancel();
    expect(await rig.settle(cancelled)).toMatchObject({ kind: 'failed', completionCode: 'canceled' });
    const lost = rig.device.capture(REQUEST);
    await rig.clock.advance(1_000);
    const beganMs = rig.clock.monotonicMs();
    rig.hand({ do: 'unplug' });
    expect((await rig.settle(lost)).kind).toBe('failed');
    expect(rig.clock.monotonicMs() - beganMs).toBeLessThan(REQUEST.timeoutMs);
  });
});
