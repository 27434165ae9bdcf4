import { describe, expect, it } from 'vitest';
import { inOneLife } from '../../../simulators/world/terminal-signs.ts';

describe('a wait in one life of the core', () => {
  it('is done again as long as the core dies of what is waited for', async () => {
    let [lives, waits] = [1, 0];
    await inOneLife(() => lives, async () => {
      waits += 1;
      if (waits < 3) lives += 1;
    });
    expect(waits).toBe(3);
  });
});
