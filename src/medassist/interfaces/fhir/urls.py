"""Where the FHIR API lies: everything under /fhir/R4 goes to one view, which takes the path apart itself."""

from django.urls import path

from medassist.interfaces.fhir.server import serve

urlpatterns = [path("fhir/R4", serve), path("fhir/R4/", serve), path("fhir/R4/<path:rest>", serve)]
