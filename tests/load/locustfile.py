from locust import HttpUser, task, between
import random

class SynergyOSUser(HttpUser):
    wait_time = between(1, 3)
    
    def on_start(self):
        """Login on start"""
        response = self.client.post("/api/auth/login/", {
            "username": "testuser",
            "password": "testpass123"
        })
        self.token = response.json()['access']
        self.client.headers['Authorization'] = f'Bearer {self.token}'
    
    @task(3)
    def view_projects(self):
        """List projects"""
        self.client.get("/api/projects/")
    
    @task(2)
    def view_project_detail(self):
        """View project details"""
        project_id = random.randint(1, 10)
        self.client.get(f"/api/projects/{project_id}/")
    
    @task(1)
    def view_tasks(self):
        """List tasks"""
        self.client.get("/api/tasks/")
    
    @task(1)
    def create_task(self):
        """Create new task"""
        self.client.post("/api/tasks/", {
            "project": 1,
            "title": f"Test Task {random.randint(1000, 9999)}",
            "description": "Load test task",
            "status": "todo",
            "priority": "medium"
        })
