import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROTOCOLS } from '../../drivers/protocol-table.ts';
import { PROJECT_FOLDER, projectFiles, textOf } from './source-files.ts';

/** `](path)` and `](path#heading)`; addresses of the web have a scheme. */
const LINK = /\]\((?![a-z]+:|#)([^)\s#]+)(?:#[^)\s]*)?\)/g;

describe('documents', () => {
  it('link only to what is there', () => {
    const pages = projectFiles().filter((file) => file.endsWith('.md'));
    expect(pages.length).toBeGreaterThan(30);
    const broken = pages.flatMap((page) => [...textOf(page).matchAll(LINK)].map(([, path]) => path!).filter((path) => !existsSync(join(PROJECT_FOLDER, dirname(page), path))).map((path) => `${page}: ${path}`));
    expect(broken).toEqual([]);
  });

  it('name in the README each protocol that there is a driver for', () => {
    const readme = textOf('README.md');
    expect(PROTOCOLS.map(({ protocol }) => protocol).filter((protocol) => !readme.includes(`\`${protocol}\``))).toEqual([]);
  });
});
