// A value that is followed once it has stood still for a moment: nobody is asked at each letter.
import { useEffect, useState } from 'react'

export function useSettled<T>(value: T, ms = 350): T {
  const [settled, settle] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return settled
}
