"""Long work of the registry."""

from jobs.registry import JobContext, handler
from models_registry.actions.deployments import CHECK_JOB, record_rollback_check
from models_registry.models import Deployment, ModelVersion
from models_registry.queries.rollback import reasons_about


@handler(CHECK_JOB, lease_seconds=120, limit_seconds=3_600)
def check_way_back(ctx: JobContext) -> None:
    """Read every file of the target again and say whether one could go back to it."""
    known = Deployment.objects.select_related("model_version__model__unit")
    deployment = known.get(pk=ctx.arguments["deployment"])
    target = ModelVersion.objects.select_related("model").get(pk=ctx.arguments["target"])
    reasons = reasons_about(deployment, target, ctx.progress)
    with ctx.finish() as done:
        record_rollback_check(by=ctx.by, deployment=deployment, target=target, reasons=reasons)
        done.result = f"{deployment.get_absolute_url()}#way-back"
