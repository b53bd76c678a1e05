"""What a response does to a shard."""

import unittest

from demo.emulator.shard import Limits, Shard


def limits(**more) -> Limits:
    return Limits(**{"batch_size": 8, "bisect": True, "retries": 1, "age_seconds": None} | more)


class Shards(unittest.TestCase):
    def setUp(self):
        self.shard = Shard(0)

    def fail(self, age: float = 0.0, whole: bool = True, done: int = 0, **more) -> str | None:
        return self.shard.failed(self.shard.next_size(limits(**more)), done, whole, age, limits(**more))

    def name(self, done: int, **more) -> str | None:
        """A response that names the record after the first `done`."""
        return self.fail(whole=False, done=done, **more)

    def size(self) -> int:
        return self.shard.next_size(limits())

    def test_acknowledged_batch_moves_the_checkpoint(self):
        self.shard.acknowledge(8)
        self.assertEqual((self.shard.position, self.shard.next_size(limits())), (8, 8))

    def test_partial_batch_resumes_at_the_lowest_failure(self):
        self.assertIsNone(self.name(3))
        self.assertEqual((self.shard.position, self.size()), (3, 5))

    def test_failed_batch_is_bisected_to_one_record(self):
        sizes = []
        while not any(batch.failures for batch in self.shard.again):
            sizes.append(self.size())
            self.assertIsNone(self.fail())
        self.assertEqual(sizes, [8, 4, 2, 1])

    def test_second_half_follows_the_first(self):
        self.fail()
        self.shard.acknowledge(4)
        self.assertEqual((self.shard.position, self.size()), (4, 4))
        self.shard.acknowledge(4)
        self.assertEqual((self.shard.position, self.shard.again), (8, []))

    def test_splitting_does_not_count_towards_the_retries(self):
        for _ in range(3):
            self.assertIsNone(self.fail(retries=0))
        self.assertEqual(self.fail(retries=0), "RetryAttemptsExhausted")

    def test_without_bisecting_a_batch_is_discarded_after_its_retries(self):
        self.assertEqual([self.fail(bisect=False, retries=2) for _ in range(3)], [None, None, "RetryAttemptsExhausted"])

    def test_response_that_names_the_first_record_splits_nothing(self):
        self.assertIsNone(self.name(0))
        self.assertEqual(self.size(), 8)
        self.assertEqual(self.name(0), "RetryAttemptsExhausted")

    def test_split_does_not_change_the_number_of_tries(self):
        self.assertIsNone(self.name(0))
        for _ in range(3):
            self.assertIsNone(self.name(2))
        self.assertEqual((self.shard.position, self.size()), (6, 2))
        self.assertEqual(self.name(0), "RetryAttemptsExhausted")

    def test_each_half_keeps_the_tries_of_the_whole(self):
        self.assertIsNone(self.name(0))
        self.assertIsNone(self.fail())
        self.shard.acknowledge(4)
        self.assertEqual(self.name(0), "RetryAttemptsExhausted")

    def test_without_bisecting_a_partial_response_uses_a_try(self):
        self.assertIsNone(self.name(3, bisect=False))
        self.assertEqual(self.name(1, bisect=False), "RetryAttemptsExhausted")
        self.assertEqual((self.shard.position, self.size()), (4, 4))

    def test_next_batch_has_all_its_tries(self):
        self.fail(bisect=False)
        self.shard.acknowledge(8)
        self.assertIsNone(self.fail(bisect=False))

    def test_failed_batch_does_not_grow(self):
        self.shard.failed(5, 0, True, 0.0, limits(bisect=False))
        self.assertEqual(self.size(), 5)

    def test_batch_that_is_too_old_is_discarded_at_once(self):
        self.assertEqual(self.fail(age=61, age_seconds=60, retries=None), "RecordAgeExceeded")

    def test_batch_without_limits_is_retried_for_ever(self):
        self.assertEqual({self.fail(age=1e6, bisect=False, retries=None) for _ in range(50)}, {None})

    def test_minus_one_means_no_limit(self):
        read = Limits.of({"BatchSize": 10, "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": -1})
        self.assertEqual(read, Limits(batch_size=10, bisect=False, retries=None, age_seconds=None))
