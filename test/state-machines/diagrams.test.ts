import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MACHINES } from '../../state-machines/diagrams/machines.ts';
import { toPage } from '../../state-machines/diagrams/mermaid.ts';

it.each(MACHINES)('the diagram of $id is that of the machine (npm run machines)', ({ folder, machine }) => {
  expect(readFileSync(join(import.meta.dirname, '../../state-machines', folder, `${folder}.diagram.md`), 'utf8')).toBe(toPage(machine));
});
