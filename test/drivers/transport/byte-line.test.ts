import { describe, expect, it } from 'vitest';
import type { Reader } from '../../../drivers/transport/byte-line.ts';
import { ByteLine } from '../../../drivers/transport/byte-line.ts';
import { createMemoryLine } from '../../../simulators/lines/memory-line.ts';
import { createVirtualClock } from '../../../simulators/world/virtual-clock.ts';

const GAP_MS = 20;

/** Words end with a point; a begun word expires with a question mark. */
class Words implements Reader<string> {
  #text = '';
  get pendingByteCount(): number {
    return this.#text.length;
  }
  push(chunk: Uint8Array): string[] {
    const parts = (this.#text + Buffer.from(chunk).toString()).split('.');
    this.#text = parts.pop() ?? '';
    return parts;
  }
  expire(): string[] {
    const text = this.#text;
    this.#text = '';
    return [`${text}?`];
  }
}

async function bench() {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { transport, line } = createMemoryLine({ name: 'words', clock });
  const heard: string[] = [];
  const byteLine: ByteLine<string> = new ByteLine({
    transport, clock, createReader: () => new Words(), gapMs: GAP_MS,
    onEvent: (word) => {
      heard.push(word);
      if (word === 'stop') void byteLine.close();
    },
    onLost: () => void heard.push('lost'),
  });
  expect((await byteLine.open()).ok).toBe(true);
  const say = async (text: string, thenMs = 0) => {
    line.write(Buffer.from(text));
    await clock.advance(thenMs);
  };
  return { clock, byteLine, line, heard, say };
}

describe('ByteLine', () => {
  it('ends a begun frame after the gap, and not before', async () => {
    const { heard, say } = await bench();
    await say('he', GAP_MS - 1);
    await say('llo.', 0);
    await say('wor', GAP_MS + 1);
    expect(heard).toEqual(['hello', 'wor?']);
  });

  it('hears nothing that comes behind the event on which it was closed', async () => {
    const { heard, say, byteLine } = await bench();
    await say('one.stop.two.three', GAP_MS * 2);
    expect(heard).toEqual(['one', 'stop']);
    expect(byteLine.isOpen).toBe(false);
    expect(byteLine.write(Buffer.from('x'))).toBe(false);
  });

  it('tells a loss once, and half a frame does not survive it', async () => {
    const { heard, say, byteLine, line, clock } = await bench();
    await say('half');
    line.unplug();
    await clock.advance(GAP_MS * 2);
    expect(heard).toEqual(['lost']);
    line.plug();
    expect((await byteLine.open()).ok).toBe(true);
    await say('new.', GAP_MS * 2);
    expect(heard).toEqual(['lost', 'new']);
  });
});
