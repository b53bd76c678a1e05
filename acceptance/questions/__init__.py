"""Questions that AWS's documentation leaves open, tried in the account. On an emulator they run too, but the answers are not shown.

- `stream`         how a stream treats a response that names its first record
- `kafka`          the shape of a Kafka identifier
- `step_functions` whether TenantId works in a Step Functions SDK integration
- `platform_lines` what the backend's REPORT and other platform lines say
- `cloudtrail`     whether ClientContext appears in CloudTrail
"""

from acceptance.questions.question import Answer, Question

__all__ = ["Answer", "Question"]
