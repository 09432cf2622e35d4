"""AI systems, the models that they use, their versions, cards, files and deployments."""

from models_registry.models.artifacts import (
    Artifact,
    ArtifactQuerySet,
    ScanResult,
    ScanResultQuerySet,
    ScanWaiver,
    ScanWaiverQuerySet,
    Signature,
    SignatureQuerySet,
)
from models_registry.models.cards import (
    CardDraft,
    CardDraftQuerySet,
    CardRevision,
    CardRevisionQuerySet,
)
from models_registry.models.datasets import (
    DatasetUse,
    DatasetUseQuerySet,
    DatasetVersion,
    DatasetVersionQuerySet,
    Datasheet,
    DatasheetQuerySet,
)
from models_registry.models.deployments import (
    Deployment,
    DeploymentQuerySet,
    RollbackCheck,
    RollbackCheckQuerySet,
)
from models_registry.models.imports import RegistryImport, RegistryImportQuerySet
from models_registry.models.systems import (
    AISystem,
    AISystemQuerySet,
    ModelUse,
    ModelUseQuerySet,
)
from models_registry.models.versions import (
    Model,
    ModelQuerySet,
    ModelVersion,
    ModelVersionQuerySet,
    VersionParent,
    VersionParentQuerySet,
)

__all__ = [
    "AISystem",
    "AISystemQuerySet",
    "Artifact",
    "ArtifactQuerySet",
    "CardDraft",
    "CardDraftQuerySet",
    "CardRevision",
    "CardRevisionQuerySet",
    "DatasetUse",
    "DatasetUseQuerySet",
    "DatasetVersion",
    "DatasetVersionQuerySet",
    "Datasheet",
    "DatasheetQuerySet",
    "Deployment",
    "DeploymentQuerySet",
    "Model",
    "ModelQuerySet",
    "ModelUse",
    "ModelUseQuerySet",
    "ModelVersion",
    "ModelVersionQuerySet",
    "RegistryImport",
    "RegistryImportQuerySet",
    "RollbackCheck",
    "RollbackCheckQuerySet",
    "ScanResult",
    "ScanResultQuerySet",
    "ScanWaiver",
    "ScanWaiverQuerySet",
    "Signature",
    "SignatureQuerySet",
    "VersionParent",
    "VersionParentQuerySet",
]
