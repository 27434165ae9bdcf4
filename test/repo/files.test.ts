import { describe, expect, it } from 'vitest';
import { codeFiles, projectFiles, textOf } from './source-files.ts';

/** Generated code, tables from manuals, texts and migrations are as long as what they hold. */
const LONG_BY_NATURE = /\.gen\.ts$|(^|\/)(gen|migrations|tables|text|texts|vectors|transcripts)\/|[-.](tables?|texts?|words|catalogue|vectors)\.tsx?$|^main\/host\/iso20022\/xsd|^test\/fixtures\//;
const LINES_MAX = 400;
const TEXT_FILE = /\.(ts|tsx|mjs|js|json|ya?ml|md|html|css|txt|sql|xml|xsd|svg)$|(^|\/)(LICENSE|NOTICE|run)$/;

const texts = projectFiles()
  .filter((file) => TEXT_FILE.test(file))
  .map((file) => ({ file, text: textOf(file) }));

function filesWith(pattern: RegExp, isMeant: (file: string) => boolean = () => true): string[] {
  return texts.filter(({ file, text }) => isMeant(file) && pattern.test(text)).map(({ file }) => file);
}

describe('the tree', () => {
  it('has the top level that is fixed, and nothing else', () => {
    const top = new Set(projectFiles().map((file) => file.split('/')[0] ?? file));
    const fixed = new Set([
      'main', 'renderer', 'drivers', 'state-machines', 'simulators', 'test', '.ci', '.gitignore', '.npmrc', '.gitattributes', '.editorconfig',
      'package.json', 'package-lock.json', 'electron-builder.yml', 'tsconfig.json', 'eslint.config.js', 'vitest.config.ts', 'playwright.config.ts',
      'README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'NOTICE',
    ]);
    expect([...top].filter((name) => !fixed.has(name))).toEqual([]);
  });

  it('has no index file that re-exports and no name that says nothing', () => {
    expect(codeFiles().filter((file) => /(^|\/)index\.(ts|tsx|js|mjs)$/.test(file))).toEqual([]);
    expect(codeFiles().filter((file) => /(^|[/-])(utils?|helpers?|common|misc|manager)(\/|[.-])/.test(file))).toEqual([]);
  });

  it('has names in kebab-case', () => {
    const odd = codeFiles().filter((file) => file.split('/').some((part) => !/^[a-z0-9.]+(-[a-z0-9.]+)*$/.test(part)));
    expect(odd).toEqual([]);
  });

  it(`has no code file longer than ${LINES_MAX} lines`, () => {
    const long = codeFiles()
      .filter((file) => !LONG_BY_NATURE.test(file))
      .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ file, lines }) => `${file}: ${lines}`);
    expect(long).toEqual([]);
  });
});

describe('no file', () => {
  it('keeps a test from the others', () => {
    expect(filesWith(/\b(it|test|describe)\.only\(/, (file) => file.startsWith('test/'))).toEqual([]);
  });

  it('names a folder of the machine it was written on', () => {
    expect(filesWith(/(?<![\w.])\/(home|root|Users|work)\/[\w.-]+/, (file) => !file.startsWith('test/repo/'))).toEqual([]);
  });

  it('asks for work without an issue', () => {
    expect(filesWith(/\bTODO(?!\(#?\d+\))/, (file) => /\.(ts|tsx|mjs|js)$/.test(file) && !file.startsWith('test/repo/'))).toEqual([]);
  });

  it('brings a private key that is not made for a test run', () => {
    expect(filesWith(/-----BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{16}/)).toEqual([]);
  });
});
