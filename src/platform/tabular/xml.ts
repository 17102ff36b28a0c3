import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { createDecoder } from './encoding.ts'
import { TabularError } from './tabular-error.ts'

/** Names come without namespace prefix. */
export interface XmlHandlers {
  open?(name: string, attributes: Record<string, string>): void
  text?(text: string): void
  close?(name: string): void
}

/** No tag, attribute or text of a workbook is longer; beyond it the parser would only be hoarding memory. */
const MAX_TOKEN_CHARS = 16 * 1024 ** 2

/**
 * Feeds chunks of an XML part to handlers, one chunk per turn of the loop, so that the caller can hand on what they
 * gathered. Refuses document types: without them there are no entities to expand.
 */
export async function* readXml(chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): AsyncGenerator<void> {
  const parser = new SaxesParser({ xmlns: false, position: false })
  const decoder = createDecoder('utf-8')
  let sinceEvent = 0
  parser.on('doctype', () => {
    throw new TabularError('doctype_refused')
  })
  parser.on('error', (error) => {
    throw new TabularError('sheet_unreadable', { reason: error.message }, { cause: error })
  })
  parser.on('opentag', (tag: SaxesTagPlain) => {
    sinceEvent = 0
    handlers.open?.(localName(tag.name), tag.attributes)
  })
  parser.on('text', (text) => {
    sinceEvent = 0
    handlers.text?.(text)
  })
  parser.on('closetag', (tag) => {
    sinceEvent = 0
    handlers.close?.(localName(tag.name))
  })
  const write = ({ text, invalid }: ReturnType<typeof decoder.write>): void => {
    sinceEvent += text.length
    parser.write(text)
    if (invalid) throw new TabularError('sheet_unreadable', { reason: 'its text is not UTF-8' })
    if (sinceEvent > MAX_TOKEN_CHARS)
      throw new TabularError('sheet_unreadable', { reason: 'it holds a piece of text without end' })
  }
  for await (const chunk of chunks) {
    write(decoder.write(chunk))
    yield
  }
  write(decoder.end())
  parser.close()
  yield
}

/** Reads a whole XML part through handlers. */
export const drainXml = async (chunks: AsyncIterable<Buffer>, handlers: XmlHandlers): Promise<void> => {
  for await (const _ of readXml(chunks, handlers));
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)
