"""An S3-compatible store for tests: moto's server, on loopback, in a thread of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

KEY = SECRET = "for-tests"
REGION = "us-east-1"
_numbers = itertools.count()


class S3Server:
    """A running store; `settings()` is what a site needs to keep its photos in a bucket of it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.bucket = f"photos-{os.getpid()}-{next(_numbers)}"
        self.client = boto3.client(
            "s3", endpoint_url=address, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET
        )
        self.client.create_bucket(Bucket=self.bucket)

    def settings(self) -> dict[str, str]:
        """The settings of a site that uses it."""
        return {
            "media_s3_bucket": self.bucket,
            "media_s3_endpoint": self.address,
            "media_s3_region": REGION,
            "media_s3_key": KEY,
            "media_s3_secret": SECRET,
        }

    def held(self) -> set[str]:
        """Everything that is in the bucket."""
        return {one["Key"] for one in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", ())}


@contextmanager
def running() -> Iterator[S3Server]:
    """A store with an empty bucket, until the block ends."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield S3Server(f"http://{host}:{port}")
    finally:
        server.stop()
