/** Goal: worlds in which a start leaves devices out are worlds that can be: their configuration is one, and the first start has all. Method: the drawing and the leaving out by themselves, over many seeds. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../../main/contracts/config.ts';
import { Chance } from '../../../simulators/world/chance.ts';
import { drawLeftOut, LEFT_OUT, leaveOut } from '../../../simulators/world/left-out-devices.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { sampleConfig } from '../../../simulators/terminal/sample-config.ts';

const diceOf = (seed: number) => (start: number) => new Chance(seededRandom(seed * 100 + start));
const STARTS = [1, 2, 3, 4, 5, 6];
const drawn = (seed: number) => STARTS.map(drawLeftOut('all', diceOf(seed)));

it('leaves out what is named and nothing else', () => {
  const whole = sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, coins: { denominationMinor: 10_000, coinCount: 10 } });
  expect(leaveOut(whole, [])).toEqual(whole);
  for (const name of LEFT_OUT) {
    const { devices } = leaveOut(whole, [name]);
    expect([name, ...Object.keys(whole.devices).filter((key) => JSON.stringify(devices[key as keyof typeof devices]) !== JSON.stringify(whole.devices[key as keyof typeof devices]))]).toEqual([name, name]);
  }
  expect(parseConfig(leaveOut(whole, LEFT_OUT))).toMatchObject({ ok: true });
  expect(leaveOut(sampleConfig({ runFolder: '.', dataFolder: '.', bankPort: 1, recycler: { denominationsMinor: [500_000], isAlone: true } }), ['acceptor']).devices.recycler).toBeUndefined();
});

it('is drawn in some worlds, for some starts, never for the first', () => {
  const worlds = Array.from({ length: 200 }, (_, seed) => drawn(seed));
  expect(worlds.flatMap(([first]) => first)).toEqual([]);
  const changing = worlds.filter((starts) => starts.flat().length > 0);
  expect(changing.length).toBeGreaterThan(20);
  expect(changing.length).toBeLessThan(100);
  expect(new Set(changing.flat(2))).toEqual(new Set(LEFT_OUT));
  expect(changing.filter((starts) => starts.some((one, index) => index > 0 && one.length === 0 && starts[index - 1]!.length > 0)).length).toBeGreaterThan(10);
  expect(STARTS.flatMap(drawLeftOut('some', diceOf(1)))).toEqual([]);
});
