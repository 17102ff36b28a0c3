import { expect, test } from 'vitest'
import { readAddress } from './address.ts'

test('the list and the place in it come back from the address', () => {
  const list = { filter: [], find: 'Har', sort: [{ field: 'name', dir: 'asc' }] }
  expect(readAddress({ list, at: 3, show: 'people' })).toEqual({ from: { list, at: 3 }, show: 'people' })
})

test('what was mangled is left out', () => {
  expect(readAddress({ list: 'x', at: 1, show: 'all of it' })).toEqual({ from: null, show: 'all' })
  expect(readAddress({ list: {}, at: 0 }).from).toBeNull()
  expect(readAddress({ list: { filter: 'no', sort: 3 }, at: 1 }).from?.list).toEqual({
    filter: [],
    find: '',
    sort: [],
  })
})
