import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CATALOGUE } from '../foundation/error-catalogue.ts';
import { errorHandbook } from '../foundation/error-handbook.ts';

/** `npm run handbook`: writes the technician's handbook beside the catalogue. A test sees that it is fresh. */
writeFileSync(join(import.meta.dirname, '..', 'foundation', 'error-handbook.md'), errorHandbook(ERROR_CATALOGUE));
