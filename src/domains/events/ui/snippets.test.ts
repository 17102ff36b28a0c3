import { describe, expect, it } from 'vitest'
import { snippet, snippetKinds, snippetsFor } from './snippets.ts'

describe('snippets', () => {
  it('carry the address and the key, and nothing of anybody else', () => {
    for (const kind of snippetKinds) {
      const text = snippet(kind, 'https://cs.example.com', 'ws_abc')
      expect(text).toContain('https://cs.example.com')
      expect(text).toContain('ws_abc')
      expect(text).not.toMatch(/segment\.(com|io)|rudderstack\.com/)
    }
  })

  it('quote what would end a text', () => {
    expect(snippet('node', 'https://x.test', "a'b\\c")).toContain(String.raw`'a\'b\\c'`)
  })

  it('offer the browser to browser keys alone, because a secret must not stand in a page', () => {
    expect(snippetsFor('server')).not.toContain('browser')
    expect(snippetsFor('browser')).toEqual(['browser'])
  })
})
