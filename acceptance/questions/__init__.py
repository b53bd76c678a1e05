"""What AWS's pages leave open, asked of the account. An emulator is asked as well, and its answers are not shown.

- `stream`         how a stream treats an answer that names its first record
- `kafka`          the shape of a Kafka identifier
- `step_functions` whether TenantId works in a Step Functions SDK integration
- `platform_lines` what the backend's REPORT and other platform lines say
- `cloudtrail`     whether ClientContext appears in CloudTrail
"""

from acceptance.questions.question import Answer, Question

__all__ = ["Answer", "Question"]
