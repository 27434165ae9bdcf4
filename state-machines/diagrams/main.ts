import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MACHINES } from './machines.ts';
import { toPage } from './mermaid.ts';

/** `npm run machines`: writes the diagram of each machine beside it. A test sees that they are fresh. */
for (const { folder, machine } of MACHINES) {
  const path = join(import.meta.dirname, '..', folder, `${folder}.diagram.md`);
  writeFileSync(path, toPage(machine));
  process.stdout.write(`${folder}/${folder}.diagram.md\n`);
}
