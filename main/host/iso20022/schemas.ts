import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XsdValidator } from 'libxml2-wasm';
import type { XmlElement } from 'libxml2-wasm';
import { withParsed } from '../signing/xml-engine.ts';

export const ENVELOPE_NAMESPACE = 'urn:qolma:envelope:1';
export const EXT_NAMESPACE = 'urn:qolma:ext:1';
export const OWN_NAMESPACE = 'urn:qolma:own:1';
export const HEADER_NAME = 'head.001.001.04';

const ISO_NAMESPACE_PREFIX = 'urn:iso:std:iso:20022:tech:xsd:';
const OWN_NAME_PREFIX = 'own.';

/** Namespace of the `Document` of a message. [MAPPING §2] */
export function messageNamespace(messageName: string): string {
  return messageName.startsWith(OWN_NAME_PREFIX) ? OWN_NAMESPACE : `${ISO_NAMESPACE_PREFIX}${messageName}`;
}

/** Compiled schemas, each made when it is first needed and kept for life: compiling costs 2–40 ms, checking 0.05 ms. */
export interface Schemas {
  /**
   * @param schemaName  `catp.001.001.03`, `head.001.001.04`, `ext`, or any `own.…` name
   * @returns           what is wrong, or `undefined` when the element is valid. Paths and constant words only are meant for logs: the engine's
   *                    text may quote content, so it is cut to the path
   */
  fault(schemaName: string, element: XmlElement): string | undefined;
}

/** @param folder  where the `.xsd` files lie */
export function createSchemas(folder: string): Schemas {
  const compiled = new Map<string, XsdValidator>();
  const validator = (schemaName: string): XsdValidator => {
    const fileName = schemaName.startsWith(OWN_NAME_PREFIX) ? 'own.xsd' : `${schemaName}.xsd`;
    const known = compiled.get(fileName);
    if (known !== undefined) return known;
    const made = withParsed(readFileSync(join(folder, fileName), 'utf8'), (document) => XsdValidator.fromDoc(document));
    compiled.set(fileName, made);
    return made;
  };
  return {
    fault: (schemaName, element) => {
      const schema = validator(schemaName);
      try {
        schema.validate(element);
        return undefined;
      } catch (error) {
        return `${schemaName}: ${faultPath(error)}`;
      }
    },
  };
}

/** Element path of the first fault. Never the message itself: it quotes the value that failed, which may be personal. */
function faultPath(error: unknown): string {
  const details = typeof error === 'object' && error !== null && 'details' in error && Array.isArray(error.details) ? (error.details as readonly unknown[]) : [];
  const first = details[0];
  if (typeof first !== 'object' || first === null) return 'not valid';
  const element = 'message' in first && typeof first.message === 'string' ? /^Element '(?:\{[^}]*\})?([A-Za-z0-9.]+)'/.exec(first.message)?.[1] : undefined;
  const path = 'xpath' in first && typeof first.xpath === 'string' ? first.xpath : undefined;
  return `not valid at ${element ?? path ?? 'an unnamed place'}`;
}
