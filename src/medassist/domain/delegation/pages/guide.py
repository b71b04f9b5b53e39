"""The one page of the public guide that lives here: the ways to certification, under the guide's address."""

from django.urls import path

from medassist.domain.delegation.pages import plan

urlpatterns = [path("guide/ways", plan.ways, name="guide-ways")]
