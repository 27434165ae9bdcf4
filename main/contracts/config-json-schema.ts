import { z } from 'zod';
import { configSchema } from './config.ts';

/**
 * The published form of the configuration's definition, JSON Schema 2020-12; `config.schema.json` beside this file is its output.
 * It describes the file as a person writes it: fields with a default may be left out.
 */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  return { title: 'Configuration of a Qolma terminal', ...z.toJSONSchema(configSchema, { target: 'draft-2020-12', io: 'input' }) };
}
