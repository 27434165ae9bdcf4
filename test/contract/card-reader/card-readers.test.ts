import { describe, expect, it } from 'vitest';
import type { CardReader, CardReaderEvent } from '../../../drivers/interfaces/card-reader.ts';
import { TEST_CARDS } from '../../../simulators/card-reader/test-cards.ts';
import { createProtocolRig, protocolsOf } from '../../support/protocol-rig.ts';
import { lifeContract } from '../life.contract.ts';

const CARD = TEST_CARDS[0]!;

describe.each(protocolsOf('cardReader'))('CardReader contract on %s', (protocol) => {
  lifeContract<CardReader>(protocol, (reader) => reader.enableEntry());

  const readyRig = async () => {
    const rig = await createProtocolRig<CardReader>(protocol);
    const events: CardReaderEvent[] = [];
    rig.device.onEvent((event) => events.push(event));
    await rig.ready();
    return { ...rig, events, offer: () => rig.tryHand({ do: protocol === 'magtek-hid' ? 'swipe' : 'insertCard', card: CARD.cardId }), kinds: () => events.map(({ kind }) => kind) };
  };

  it('reads a card that was let in, once, the number masked wherever it prints itself', async () => {
    const rig = await readyRig();
    expect((await rig.settle(rig.device.enableEntry())).kind).toBe('completed');
    await rig.clock.advance(500);
    expect(rig.offer()).toBe(true);
    expect(await rig.until(() => rig.kinds().includes('cardRead'), 30_000)).toBe(true);
    await rig.clock.advance(3_000);
    const read = rig.events.filter((event) => event.kind === 'cardRead');
    expect(read).toHaveLength(1);
    expect([read[0]?.card.pan.reveal(), read[0]?.card.expiry]).toEqual([CARD.pan, CARD.expiry]);
    expect([JSON.stringify(rig.events), ...rig.said].filter((text) => text.includes(CARD.pan))).toEqual([]);
  });

  it('reads nothing while entry is off', async () => {
    const rig = await readyRig();
    await rig.settle(rig.device.enableEntry());
    expect((await rig.settle(rig.device.disableEntry())).kind).toBe('completed');
    await rig.clock.advance(500);
    rig.offer();
    await rig.clock.advance(10_000);
    expect(rig.kinds()).not.toContain('cardRead');
  });

  it('gives the card back where it has one, and says that it cannot where it has none', async () => {
    const rig = await readyRig();
    await rig.settle(rig.device.enableEntry());
    await rig.clock.advance(500);
    rig.offer();
    await rig.until(() => rig.kinds().includes('cardRead'), 30_000);
    const outcome = await rig.settle(rig.device.eject());
    if (!rig.device.capabilities.motorised) {
      expect(outcome).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
      return;
    }
    expect(outcome.kind).toBe('completed');
    rig.hand({ do: 'takeCard' });
    expect(await rig.until(() => rig.kinds().includes('cardTaken') && rig.device.position() === 'none', 30_000)).toBe(true);
  });

  it('captures only where it can', async () => {
    const rig = await readyRig();
    await rig.settle(rig.device.enableEntry());
    await rig.clock.advance(500);
    rig.offer();
    await rig.until(() => rig.kinds().includes('cardRead'), 30_000);
    const outcome = await rig.settle(rig.device.capture());
    expect(outcome.kind).toBe(rig.device.capabilities.capture ? 'completed' : 'failed');
    if (rig.device.capabilities.capture) expect(await rig.until(() => rig.kinds().includes('cardCaptured') && rig.device.position() === 'none', 30_000)).toBe(true);
  });
});
