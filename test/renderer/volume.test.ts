import { expect, it } from 'vitest';
import { volumeAt } from '../../renderer/parts/volume.ts';

/** Goal: at night the terminal is quieter, by the clock of the place where it stands (UTC+5), whatever zone its computer is set to. [ux.md "Look"] */
it.each([['06:59', 0.4], ['07:00', 0.8], ['21:59', 0.8], ['22:00', 0.4], ['00:00', 0.4]])('at %s in Astana the volume is %s', (time, volume) => {
  const zone = process.env['TZ'];
  try {
    for (const computer of ['UTC', 'America/New_York', 'Asia/Almaty']) {
      process.env['TZ'] = computer;
      expect(volumeAt(Date.parse(`2026-11-23T${time}:00+05:00`))).toBe(volume);
    }
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
});
