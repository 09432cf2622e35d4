"""Addresses of comments and notices."""

from django.urls import path

from governance.comments import views

app_name = "comments"
urlpatterns = [
    path("", views.CommentList.as_view(), name="comment-list"),
    path("add/", views.comment_add, name="comment-add"),
    path("<int:pk>/", views.comment_detail, name="comment-detail"),
    path("<int:pk>/edit/", views.comment_edit, name="comment-edit"),
    path("<int:pk>/withdraw/", views.comment_withdraw, name="comment-withdraw"),
    path("notices/", views.NoticeList.as_view(), name="notice-list"),
    path("notices/<int:pk>/seen/", views.notice_seen, name="notice-seen"),
]
