import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import type { XmlElement } from 'libxml2-wasm';

/** Validators of the published schemas, compiled on first use and kept. */
export interface Schemas {
  /** @returns what is wrong, or undefined. The first complaint only, without values. */
  fault(schemaName: string, element: XmlElement): string | undefined;
}

/** @param folder where the `.xsd` files lie; data shared with the terminal, no code */
export function createSchemas(folder: string): Schemas {
  const validators = new Map<string, XsdValidator>();
  const validatorOf = (schemaName: string): XsdValidator => {
    const known = validators.get(schemaName);
    if (known !== undefined) return known;
    const schema = XmlDocument.fromBuffer(readFileSync(join(folder, `${schemaName}.xsd`)));
    const validator = XsdValidator.fromDoc(schema);
    schema.dispose();
    validators.set(schemaName, validator);
    return validator;
  };
  return {
    fault(schemaName, element) {
      const validator = validatorOf(schemaName);
      try {
        validator.validate(element);
        return undefined;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        // libxml2 quotes the offending value; the element is enough for a time-line.
        return /Element '\{[^}]*\}([A-Za-z.]+)'/.exec(message)?.[1] ?? 'document';
      }
    },
  };
}
