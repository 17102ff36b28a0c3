import { Refusal } from './refusal.ts'

const SPACE = /[ \t\r\n]+/y
const LINE_COMMENT = /--[^\n]*/y
const BLOCK_COMMENT = /\/\*(?:(?!\/\*)[^])*?\*\//y
const QUOTED = /'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"|`[^`\\]*(?:\\[^][^`\\]*)*`/y
const PLACEHOLDER = /\{\s*([A-Za-z_]\w*)\s*:([^{}]*)\}/y
const WORD = /\w+/y
// A heredoc, `#` and `//` comments, a curly quote, NUL: the engine reads each in its own way, so none is let through.
const UNREADABLE = /\/\/|\/\*|[^\t\r\n -~]|[#$'"`]/y

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/**
 * Rewrites one SQL statement: every `{name:Type}` outside strings, quoted identifiers and comments becomes
 * `render(name, type)`, comments become a space, and a trailing `;` goes. Nothing else changes.
 *
 * @throws Refusal 62 for a second statement, or for a character that ClickHouse's lexer could read differently.
 */
export function rewriteStatement(sql: string, render: (name: string, type: string) => string): string {
  let out = ''
  let ended = false
  let at = 0
  while (at < sql.length) {
    const blank = matchAt(SPACE, sql, at) ?? matchAt(LINE_COMMENT, sql, at) ?? matchAt(BLOCK_COMMENT, sql, at)
    if (blank) {
      out += blank[0].trim() === '' ? blank[0] : ' '
      at += blank[0].length
      continue
    }
    if (sql[at] === ';') {
      ended = true
      at += 1
      continue
    }
    if (ended) throw new Refusal(62, 'Only one statement can be run at a time.')
    const placeholder = matchAt(PLACEHOLDER, sql, at)
    if (placeholder) {
      out += render(placeholder[1] ?? '', placeholder[2] ?? '')
      at += placeholder[0].length
      continue
    }
    const kept = matchAt(WORD, sql, at) ?? matchAt(QUOTED, sql, at)
    if (kept) {
      out += kept[0]
      at += kept[0].length
      continue
    }
    if (matchAt(UNREADABLE, sql, at)) {
      throw new Refusal(
        62,
        `The statement cannot be read at character ${at + 1}: use plain ASCII outside quotes.`,
      )
    }
    out += sql[at]
    at += 1
  }
  return out.trim()
}
